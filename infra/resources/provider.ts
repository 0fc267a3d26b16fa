import {
  type Input,
  type Output,
  output,
  ProviderResource,
  type ResourceOptions,
  RunError,
} from "@pulumi/pulumi";
import { ProblemError } from "../errors.ts";

/** Settings of one provider. What is left out comes from the environment, not from the configuration. */
export interface ProviderArgs {
  /** `sk_test_…` or `sk_live_…`. Kept as a secret. */
  clerkSecretKey?: Input<string | undefined>;
  /** Backend and Platform API. Default `https://api.clerk.com`. */
  clerkApiUrl?: Input<string | undefined>;
  /** `ak_…`, wanted by applications only. Kept as a secret. */
  clerkPlatformKey?: Input<string | undefined>;
  /** Of a deployment, or of all previews of a project. Kept as a secret. */
  convexDeployKey?: Input<string | undefined>;
  /** Of a team or project. Kept as a secret. */
  convexAccessToken?: Input<string | undefined>;
  /** Management host. Default `https://api.convex.dev`. */
  convexProvisionHost?: Input<string | undefined>;
  convexSelfHostedUrl?: Input<string | undefined>;
  /** Kept as a secret. */
  convexSelfHostedAdminKey?: Input<string | undefined>;
}

/** The plugin with credentials of its own, such as the key of an instance that the program makes. */
export class Provider extends ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, options?: ResourceOptions) {
    const settings = Object.entries(args as Record<string, Input<string | undefined>>)
      .filter(([, value]) => value !== undefined)
      .map(([setting, value]) => [setting, given(name, setting, value)]);
    super("clerkconvex", name, Object.fromEntries(settings), options);
  }
}

/** A credential from the environment must not stand in for one that another resource turned out to lack. */
function given(
  provider: string,
  setting: string,
  value: Input<string | undefined>,
): Output<string> {
  return output(value).apply((resolved) => {
    if (resolved !== undefined) return resolved;
    const error = new ProblemError(
      `The provider ${provider} was given a ${setting} that has no value`,
      "Take it from a resource that has one, or leave the setting out",
      "PROVIDER_SETTING_EMPTY",
    );
    // The engine shows a RunError as its text alone; anything else comes with a stack trace.
    throw new RunError(error.message);
  });
}
