/** Nothing to set up: no tool is used. */
