/** Entry of the bundle: every action by its camel-case name. The stubs in `dist/<action>/` import from here. */
export {};
