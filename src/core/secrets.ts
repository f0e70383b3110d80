import { code, escapeHtml, plainText } from "./markdown.ts";

/** Remembers secret values and replaces them wherever text leaves the program. */
export interface Secrets {
  /** Registers a value; it never appears in log, summary or error from here on. Values under 4 characters are ignored. */
  mask(value: string | undefined): void;
  /** The text with every known secret replaced by `***`, also in its base64, JSON and URL forms. */
  redact(text: string): string;
}

const MINIMUM_LENGTH = 4;

/**
 * `announce` tells the runner about each form of a secret, so that lines written by tools are masked too.
 */
export function createSecrets(announce: (value: string) => void): Secrets {
  const forms = new Set<string>();
  let ordered: string[] = [];
  return {
    mask(value) {
      if (value === undefined || value.trim().length < MINIMUM_LENGTH) return;
      const known = forms.size;
      for (const form of secretForms(value)) {
        if (forms.has(form)) continue;
        forms.add(form);
        announce(form);
      }
      // Longest first: a secret that contains another one is replaced as a whole.
      if (forms.size > known) ordered = [...forms].sort((a, b) => b.length - a.length);
    },
    redact: (text) => ordered.reduce((rest, form) => rest.replaceAll(form, "***"), text),
  };
}

/**
 * The spellings in which a secret may turn up: itself, its lines, base64, JSON string and URL component, and as Go,
 * YAML and our own pages write it. What somebody has encoded twice, reversed or cut is not found.
 */
export function secretForms(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= MINIMUM_LENGTH);
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    value.trim(),
    ...lines,
    ...base64Forms(value),
    json,
    // As Go writes it: Helm, kubectl and the Kubernetes API.
    json.replaceAll(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
    encodeURIComponent(value),
    queryForm(value),
    value.replaceAll("'", "''"),
    ...[plainText(value), codeText(value), escapeHtml(value), value.replaceAll("|", "\\|")].filter(
      (form) => form.trim().length >= MINIMUM_LENGTH,
    ),
  ];
}

/** As Go writes it into an address, where more characters have numbers and a blank is a plus. */
function queryForm(value: string): string {
  const strict = encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return strict.replaceAll("%20", "+");
}

/** As it stands in a code span. */
function codeText(value: string): string {
  return code(value)
    .replace(/^(?:`|<code>)/, "")
    .replace(/(?:`|<\/code>)$/, "");
}

/** Shorter pieces of base64 turn up by chance. */
const MINIMUM_INNER = 8;

/**
 * The whole value, and the part that is the same wherever it stands in a longer text: after `user:` of a Basic header,
 * or within the JSON of a registry's login.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const whole = bytes.toString("base64");
  const inner = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const complete = Math.floor((before + bytes.length) / 3) * 4;
    const part = text.slice(before === 0 ? 0 : 4, complete);
    return part.length >= MINIMUM_INNER ? [part] : [];
  });
  const forms = [whole, ...inner];
  return [...forms, ...forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}
