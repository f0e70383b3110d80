import { smokeTestGateway } from "../lib/index.js";
await smokeTestGateway();
