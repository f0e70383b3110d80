import { migEnable } from "../lib/index.js";
await migEnable();
