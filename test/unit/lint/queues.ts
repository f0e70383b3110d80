/** An override file of an agent with one queue, whose template is a map in flow style. */
export function queue(template: string, more = ""): string {
  return `agentk8sglue:\n  queues:\n    gpu:\n      templateOverrides: ${template}\n${more}`;
}

/** The template of a queue that asks for resources, and has labels. */
export function limits(resources: string, labels = "{}"): string {
  return queue(`\n        labels: ${labels}\n        resources:\n          limits: ${resources}`);
}
