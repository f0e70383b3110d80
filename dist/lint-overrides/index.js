import { lintOverrides } from "../lib/index.js";
await lintOverrides();
