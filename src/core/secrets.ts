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

/** The spellings in which a secret may turn up: itself, its lines, base64, JSON string and URL component. */
export function secretForms(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= MINIMUM_LENGTH);
  return [
    value,
    value.trim(),
    ...lines,
    Buffer.from(value).toString("base64"),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
  ];
}
