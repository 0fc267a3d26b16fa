/** What docs/reference.md says of a setting. */
export interface SettingDocs {
  type: string;
  description: string;
  /** As it would be set; absent when the setting may be left out without a value taking its place. */
  default?: string;
  required?: boolean;
  secret?: boolean;
}

/**
 * Every setting of a stack, `clerk-convex:<path>` in `Pulumi.<stack>.yaml`, by its path as
 * `pulumi config set --path` takes it. `NAME` stands for a name of one's own.
 */
export const stackSettings: Record<string, SettingDocs> = {
  "target.kind": {
    type: "string",
    required: true,
    description:
      "The Convex deployment of the stack, and by which credential: `production`, `development`, `custom` (one that exists, by its deploy key), `preview` (by the project's preview deploy key), `selfHosted` (by URL and admin key) or `created` (by an access token).",
  },
  "target.name": {
    type: "string",
    default: "the stack's name",
    description: "Of kind `preview`: the name that the preview is claimed by.",
  },
  "target.type": {
    type: "string",
    description: "Of kind `created`, required: `dev`, `prod`, `preview` or `custom`.",
  },
  "target.project": {
    type: "string",
    description:
      "Of kind `created`: slug or id of a project that exists. This or `newProject` is required.",
  },
  "target.newProject": {
    type: "string",
    description:
      "Of kind `created`: name of a project that the stack makes. It is deleted only when nothing of others' is left in it.",
  },
  "target.reference": {
    type: "string",
    default: "`clerkconvex/<project>/<stack>`",
    description:
      "Of kind `created`: how the deployment is found again, unique in the project. 3 to 100 of lowercase letters, digits, `-` and `/`.",
  },
  "target.isDefault": {
    type: "boolean",
    description:
      "Of kind `created`: whether it is the project's default one of its type. `prod` and `dev` only. Left out, Convex chooses.",
  },
  "target.class": {
    type: "string",
    description:
      "Of kind `created`: its size, `s16`, `s256`, `d1024` or `d2048`. Left out, Convex chooses.",
  },
  "target.region": {
    type: "string",
    description:
      "Of kind `created`: `aws-us-east-1` or `aws-eu-west-1`. Left out, Convex chooses. Another one makes the deployment anew, without its data.",
  },
  "target.expiresAt": {
    type: "string",
    description:
      "Of kind `created`: when Convex deletes it, an ISO 8601 time with its zone, at least 30 minutes ahead. Left out, previews expire and others do not.",
  },
  "target.deployKeyVersion": {
    type: "integer",
    default: "`1`",
    description: "Of kind `created`: raise it to rotate the stack's deploy key.",
  },
  environmentType: {
    type: "string",
    description:
      "`development` or `production`: refuse a Clerk instance of another kind. A preview is always `development`.",
  },
  publishableKey: {
    type: "string",
    description: "`pk_test_…` or `pk_live_…`: refuse a Clerk instance that it is not of.",
  },
  "variables.NAME": {
    type: "string",
    secret: true,
    description:
      "A variable of the app, `process.env.NAME` in the backend. Set it with `--secret`; up to 8192 bytes.",
  },
  "variableFiles[0]": {
    type: "string",
    description:
      "Dotenv files with more variables, relative to the project; a later file goes before an earlier one. Their values are kept as secrets.",
  },
  "variablesFrom.NAME.stack": {
    type: "string",
    description: "A variable from an output of another stack: the stack, `org/project/stack`.",
  },
  "variablesFrom.NAME.output": {
    type: "string",
    description: "The same: the key of the output, which must be a text. Kept as a secret.",
  },
  "claims.NAME": {
    type: "any",
    description:
      "A claim of the template for Convex beside the customary ones. Values may hold Clerk's shortcodes, such as `{{user.public_metadata.role}}`. `aud` stays `convex`.",
  },
  "jwtTemplates.NAME.claims": {
    type: "object",
    description: "Another JWT template of this name: its claims. Required in each.",
  },
  "jwtTemplates.NAME.lifetime": {
    type: "integer",
    default: "`60`",
    description: "Seconds that its tokens are valid, 30 to 315360000.",
  },
  "jwtTemplates.NAME.allowedClockSkew": {
    type: "integer",
    default: "`5`",
    description: "Seconds by which `nbf` lies before `iat`, 0 to 300.",
  },
  jwtTemplate: {
    type: "string",
    default: "`manage`",
    description:
      "`share`: the JWT templates are another stack's on the same Clerk instance. They are checked, never changed or deleted.",
  },
  "eventTypes[0]": {
    type: "string",
    description:
      "Event types beside `user.created`, `user.updated` and `user.deleted` that the backend's endpoint receives.",
  },
  "webhookEndpoints.NAME.url": {
    type: "string",
    description:
      "Endpoint of another receiver: its `https://` address. Required in each. Its signing secret is in the output `webhookSecrets`.",
  },
  "webhookEndpoints.NAME.eventTypes": {
    type: "list of strings",
    description: "Its event types, at least one. Required in each.",
  },
  "webhookEndpoints.NAME.description": {
    type: "string",
    description: "What the dashboard shows. Left out, the endpoint is told to be the stack's.",
  },
  "webhookEndpoints.NAME.disabled": {
    type: "boolean",
    default: "`false`",
    description: "Whether it receives nothing for now.",
  },
  "webhookEndpoints.NAME.secretVersion": {
    type: "integer",
    default: "`1`",
    description: "Raise it to rotate its signing secret.",
  },
  "webhook.secret": {
    type: "string",
    secret: true,
    description:
      "The backend's endpoint is made by hand in the Clerk dashboard: its signing secret, `whsec_…`. Refused in the clear.",
  },
  "webhook.endpointUrl": {
    type: "string",
    description: "The address that was entered there, to be compared with what it should be.",
  },
  webhookSecretVersion: {
    type: "integer",
    default: "`1`",
    description: "Raise it to rotate the webhook's signing secret.",
  },
  adopt: {
    type: "boolean",
    default: "`false`",
    description: "Take over what is there already under the names that the stack gives.",
  },
  protect: {
    type: "boolean",
    default: "`true` where Clerk or Convex is production",
    description: "Refuse to destroy.",
  },
};

/** Names of the settings themselves, without what is in them. */
export const settingNames: ReadonlySet<string> = new Set(
  Object.keys(stackSettings).map((path) => path.split(/[.[]/)[0] ?? path),
);

/** Whether there is such a setting, by a path in which names of one's own stand for `NAME`. */
export function isSettingPath(path: string): boolean {
  const parts = partsOf(path);
  return Object.keys(stackSettings).some((known) => {
    const wanted = partsOf(known);
    const fits = wanted.every((part, index) => {
      const given = parts[index];
      return given === undefined || part === "NAME" || part === given || isIndex(part, given);
    });
    // What is below a map or list of one's own, such as one claim of a template, is free.
    return fits && (parts.length <= wanted.length || stackSettings[known]?.type !== "string");
  });
}

function partsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

function isIndex(wanted: string, given: string): boolean {
  return /^\d+$/.test(wanted) && /^\d+$/.test(given);
}
