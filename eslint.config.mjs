import tseslint from "typescript-eslint";
import releases from "./eslint.releases.cjs";

const SYNTAX = [
  { selector: "ExportDefaultDeclaration", message: "Name what you export." },
  {
    selector: "CallExpression[callee.object.name='jest'][callee.property.name='mock']",
    message: "Replace the port, not the module.",
  },
];

export default tseslint.config(
  { ignores: ["node_modules", "dist", "template", ".lab", ".tfe-repave", "coverage"] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-console": "error",
      "no-restricted-syntax": ["error", ...SYNTAX],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["orchestration/domain/release.ts"],
    plugins: { releases },
    rules: { "releases/no-arithmetic": "error" },
  },
  {
    // What is thrown within `apply` reaches the engine as it is: with a long stack, after half a minute.
    files: ["infra/**/*.ts"],
    ignores: ["infra/refusal.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...SYNTAX,
        { selector: "CallExpression[callee.property.name='apply']", message: "Use `derive` (infra/refusal.ts)." },
      ],
    },
  },
  {
    // The pure core knows no clock, no process and no network.
    files: ["orchestration/{domain,upgrade,fleet,run,operations,rollout}/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "process", "setTimeout", "setInterval", "fetch"],
      "no-restricted-properties": ["error", { object: "Date", property: "now" }],
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/no-require-imports": "off", "no-undef": "off" },
  },
);
