import { stringify } from "yaml";
import { ACTIONS } from "../../src/index.ts";

/**
 * action.yml of the repository itself, which is no action: it fails, and says which ones there are. GitHub needs the
 * file to say anything better than that there is none.
 */
export function rootActionYml(): string {
  const names = ACTIONS.map(({ definition }) => definition.name);
  const lines = names.map((name) => `  - uses: clearml/${name}@v1`);
  const message = ["clearml/actions is no action, it holds several; use one of them:", ...lines].join("%0A");
  const yml = stringify(
    {
      name: "ClearML actions",
      description: `Not an action itself; use one of ${names.map((name) => `clearml/${name}`).join(", ")}`,
      author: "clearml-actions",
      branding: { icon: "server", color: "blue" },
      runs: {
        using: "composite",
        steps: [{ shell: "bash", run: `echo '::error title=No action::${message}'\nexit 1\n` }],
      },
    },
    { lineWidth: 0 },
  );
  return `# Generated from src/index.ts by \`npm run docs\`.\n${yml}`;
}
