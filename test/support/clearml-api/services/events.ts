import type { Endpoint } from "../endpoint.ts";
import { texts } from "../endpoint.ts";
import type { Data } from "../envelope.ts";
import { requiredText } from "../schema.ts";
import { ownTask } from "./tasks.ts";

/** From the server's schema; real answers come from its search index. */
export const eventEndpoints: readonly Endpoint[] = [
  {
    name: "events.get_task_log",
    version: "1.5",
    access: "user",
    fields: { task: requiredText, batch_size: { type: "int" }, navigate_earlier: { type: "bool" } },
    handle: (call): Data => {
      const lines = texts(ownTask(call).log).map((msg) => ({ type: "log", msg }));
      const { batch_size: size = 500, navigate_earlier: earlier = true } = call.body;
      const events = (earlier ? lines.toReversed() : lines).slice(0, Number(size));
      return { events, returned: events.length, total: lines.length };
    },
  },
];
