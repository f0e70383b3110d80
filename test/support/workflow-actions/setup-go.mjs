/** Go is at hand: what is built with it was built before. */
