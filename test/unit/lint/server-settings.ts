/** Variables of a part of the server, as its override file has them; values as YAML. The first stands on lines 3 and 4. */
export function variables(part: string, pairs: readonly (readonly [name: string, value: string])[]): string {
  const items = pairs.map(([name, value]) => `    - name: ${name}\n      value: ${value}\n`);
  return `${part}:\n  extraEnvs:\n${items.join("")}`;
}

/** Variables of the API server. */
export function settings(...pairs: readonly (readonly [name: string, value: string])[]): string {
  return variables("apiserver", pairs);
}

/** One variable of the API server. */
export function setting(name: string, value: string): string {
  return settings([name, value]);
}

/** A configuration file of the API server; its text starts on line 4. */
export function configFile(name: string, text: string): string {
  const lines = text.split("\n").map((line) => (line === "" ? "" : `      ${line}`));
  return `apiserver:\n  additionalConfigs:\n    ${name}: |\n${lines.join("\n")}\n`;
}
