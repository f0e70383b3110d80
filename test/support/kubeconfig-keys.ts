import { parse } from "yaml";

/** What nobody may see of a kubeconfig: keys, certificates and tokens of its users. */
export function kubeconfigKeys(text: string): string[] {
  const { users } = parse(text) as { users: { user: Record<string, string> }[] };
  return users.flatMap(({ user }) => Object.values(user));
}
