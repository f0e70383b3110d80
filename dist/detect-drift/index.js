import { detectDrift } from "../lib/index.js";
await detectDrift();
