import { type ConfiguredConvex, isPreviewKey } from "../clients/convex-target.ts";
import { ProblemError } from "../errors.ts";
import { requireSafeUrl, withoutTrailingSlash } from "../urls.ts";
import { type CheckFailure, type Properties, type ResourceSpec, UNKNOWN } from "./resource.ts";

/**
 * The plugin's own settings, `clerkconvex:<name>` in a stack's configuration. A credential left out there
 * is taken from the environment of the engine and then never reaches the state.
 */
export const configurationSpec: ResourceSpec = {
  token: "pulumi:providers:clerkconvex",
  description: "Credentials and addresses of the vendors.",
  properties: {
    clerkSecretKey: {
      type: "string",
      secret: true,
      description:
        "Secret key of a Clerk instance, `sk_test_…` or `sk_live_…`, from its API keys page in the Clerk dashboard. Environment: `CLERK_SECRET_KEY`.",
    },
    clerkApiUrl: {
      type: "string",
      description:
        "Address of Clerk's Backend and Platform API, by default `https://api.clerk.com`. Environment: `CLERK_API_URL`.",
    },
    clerkPlatformKey: {
      type: "string",
      secret: true,
      description:
        "Key of Clerk's Platform API (private beta), `ak_…`; wanted by applications only. Environment: `CLERK_PLATFORM_API_KEY`.",
    },
    convexDeployKey: {
      type: "string",
      secret: true,
      description:
        "Deploy key of a deployment, `<type>:<name>|…`, or preview deploy key of a project, `preview:<team>:<project>|…`. Environment: `CONVEX_DEPLOY_KEY`.",
    },
    convexAccessToken: {
      type: "string",
      secret: true,
      description:
        "Access token of a team or project, for projects, deployments and deploy keys. Environment: `CONVEX_ACCESS_TOKEN`.",
    },
    convexProvisionHost: {
      type: "string",
      description:
        "Address of Convex's management host, by default `https://api.convex.dev`. Environment: `CONVEX_PROVISION_HOST`.",
    },
    convexSelfHostedUrl: {
      type: "string",
      description: "Address of a self-hosted backend. Environment: `CONVEX_SELF_HOSTED_URL`.",
    },
    convexSelfHostedAdminKey: {
      type: "string",
      secret: true,
      description:
        "Admin key of the self-hosted backend. Environment: `CONVEX_SELF_HOSTED_ADMIN_KEY`.",
    },
  },
};

const variables: Record<string, string> = {
  clerkSecretKey: "CLERK_SECRET_KEY",
  clerkApiUrl: "CLERK_API_URL",
  clerkPlatformKey: "CLERK_PLATFORM_API_KEY",
  convexDeployKey: "CONVEX_DEPLOY_KEY",
  convexAccessToken: "CONVEX_ACCESS_TOKEN",
  convexProvisionHost: "CONVEX_PROVISION_HOST",
  convexSelfHostedUrl: "CONVEX_SELF_HOSTED_URL",
  convexSelfHostedAdminKey: "CONVEX_SELF_HOSTED_ADMIN_KEY",
};

/** Settings in force, each absent when neither configuration nor environment gives it. */
export class Configuration {
  readonly #settings: Map<string, string>;

  constructor(configured: Properties, environment: NodeJS.ProcessEnv) {
    this.#settings = new Map();
    for (const [name, variable] of Object.entries(variables)) {
      const given = configured[name];
      const value = typeof given === "string" ? given : undefined;
      // A key that another resource has yet to make must not be replaced by one lying around.
      const setting = given === UNKNOWN ? undefined : value || environment[variable];
      if (setting) this.#settings.set(name, setting);
    }
  }

  get clerk(): { secretKey: string; apiUrl: string } {
    return {
      secretKey: this.#require("clerkSecretKey", "--secret "),
      apiUrl: this.#clerkApiUrl,
    };
  }

  get clerkPlatform(): { platformKey: string; apiUrl: string } {
    return {
      platformKey: this.#require("clerkPlatformKey", "--secret "),
      apiUrl: this.#clerkApiUrl,
    };
  }

  /** The credentials that the stack was given; the keys that it mints itself are not among them. */
  get convex(): ConfiguredConvex {
    const url = this.#settings.get("convexSelfHostedUrl");
    if (url === undefined) {
      const key = this.#require("convexDeployKey", "--secret ");
      const { provisionHost } = this;
      return isPreviewKey(key)
        ? { kind: "previewKey", previewKey: key, provisionHost }
        : { kind: "deployKey", deployKey: key, provisionHost };
    }
    if (this.#settings.has("convexDeployKey")) {
      throw new ProblemError(
        "Both a Convex deploy key and a self-hosted URL are set, so the target is ambiguous",
        "Keep one of clerkconvex:convexDeployKey and clerkconvex:convexSelfHostedUrl",
        "CONVEX_TARGET_AMBIGUOUS",
      );
    }
    return {
      kind: "selfHosted",
      url,
      adminKey: this.#require("convexSelfHostedAdminKey", "--secret "),
    };
  }

  /** Whether a deployment's credentials were given at all. */
  get hasConvex(): boolean {
    return this.#settings.has("convexSelfHostedUrl") || this.#settings.has("convexDeployKey");
  }

  /** Access token for the Management API. */
  get convexAccessToken(): string {
    return this.#require("convexAccessToken", "--secret ");
  }

  get hasConvexAccessToken(): boolean {
    return this.#settings.has("convexAccessToken");
  }

  get provisionHost(): string {
    return withoutTrailingSlash(
      this.#settings.get("convexProvisionHost") ?? "https://api.convex.dev",
    );
  }

  /** Every credential in force, to be kept out of whatever is shown. */
  get secrets(): string[] {
    return Object.entries(configurationSpec.properties)
      .filter(([, { secret }]) => secret)
      .flatMap(([name]) => this.#settings.get(name) ?? []);
  }

  get #clerkApiUrl(): string {
    return withoutTrailingSlash(this.#settings.get("clerkApiUrl") ?? "https://api.clerk.com");
  }

  #require(name: string, flag: string): string {
    const value = this.#settings.get(name);
    if (value !== undefined) return value;
    throw new ProblemError(
      `${name} is not set`,
      `Run pulumi config set ${flag}clerkconvex:${name}, or set ${variables[name]} in the environment`,
      "CREDENTIAL_MISSING",
    );
  }
}

const formats: Record<string, RegExp> = {
  clerkSecretKey: /^sk_(test|live)_\S+$/,
  clerkPlatformKey: /^ak_\S+$/,
  convexDeployKey: /^[a-z]+:[^|]+\|\S+$/,
  // The token of one project names it, as the convex CLI's `isProjectKey` knows.
  convexAccessToken: /^(project:[^\s|]+\|)?[^\s|]+$/,
};

/** Refuses settings that cannot be right before anything is asked of a vendor. */
export function checkConfiguration(configured: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, value] of Object.entries(configured)) {
    if (property === "version" || typeof value !== "string") continue;
    if (!Object.hasOwn(configurationSpec.properties, property)) {
      const known = Object.keys(configurationSpec.properties).join(", ");
      const reason = `clerkconvex:${property} is no setting. Use one of ${known}. [SETTING_UNKNOWN]`;
      failures.push({ property, reason });
    } else if (formats[property] && !formats[property].test(value)) {
      const reason = `clerkconvex:${property} does not look like such a key. Copy it again, whole, from the vendor's dashboard. [CREDENTIAL_FORMAT]`;
      failures.push({ property, reason });
    } else if (/Url$|Host$/.test(property)) {
      try {
        requireSafeUrl(value, `clerkconvex:${property}`);
      } catch (error) {
        failures.push({ property, reason: (error as Error).message });
      }
    }
  }
  return failures;
}
