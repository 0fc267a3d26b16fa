import {
  CustomResource,
  type CustomResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";

export type EnvironmentType = "development" | "production";

export interface ApplicationArgs {
  /** As people see it; not unique at Clerk. */
  name: Input<string>;
  /** Default: a development instance, and with `productionDomain` a production one. */
  environmentTypes?: Input<Input<EnvironmentType>[]> | undefined;
  /** Such as `example.com`. Adds a production instance, which no update takes away. */
  productionDomain?: Input<string> | undefined;
  /** What a new one starts with: `b2b-saas`, `b2c-saas` or `waitlist`. */
  template?: Input<string> | undefined;
  /** Whether one with a production instance may not be deleted. Default true. */
  deletionProtection?: Input<boolean> | undefined;
  /** Take over the one application of this name that is there already. */
  adopt?: Input<boolean> | undefined;
}

/**
 * A Clerk application with its instances, through Clerk's Platform API (private beta). The outputs of an
 * instance are there when it is.
 */
export class Application extends CustomResource {
  declare readonly name: Output<string>;
  declare readonly environmentTypes: Output<EnvironmentType[]>;
  /** `app_…` */
  declare readonly applicationId: Output<string>;
  /** `ins_…` */
  declare readonly developmentInstanceId: Output<string | undefined>;
  declare readonly developmentPublishableKey: Output<string | undefined>;
  /** A secret output. */
  declare readonly developmentSecretKey: Output<string | undefined>;
  /** `ins_…` */
  declare readonly productionInstanceId: Output<string | undefined>;
  declare readonly productionPublishableKey: Output<string | undefined>;
  /** A secret output. */
  declare readonly productionSecretKey: Output<string | undefined>;

  constructor(name: string, args: ApplicationArgs, options?: CustomResourceOptions) {
    const outputs = {
      applicationId: undefined,
      developmentInstanceId: undefined,
      developmentPublishableKey: undefined,
      developmentSecretKey: undefined,
      productionInstanceId: undefined,
      productionPublishableKey: undefined,
      productionSecretKey: undefined,
    };
    super("clerkconvex:clerk:Application", name, { ...outputs, ...args }, options);
  }
}

export interface IssuerArgs {
  /** Publishable key that the app uses; refused when it is of another instance. */
  publishableKey?: Input<string> | undefined;
  /** Refuse an instance of another kind. */
  environmentType?: Input<EnvironmentType> | undefined;
}

/** Looks up the issuer of the Clerk instance that the secret key belongs to. Creates nothing. */
export class Issuer extends CustomResource {
  /** Absolute URL without trailing slash; the `iss` of the instance's tokens. */
  declare readonly issuer: Output<string>;
  /** Name of the primary domain. */
  declare readonly domain: Output<string>;
  /** `ins_…` */
  declare readonly instanceId: Output<string>;

  constructor(name: string, args: IssuerArgs = {}, options?: CustomResourceOptions) {
    const outputs = { issuer: undefined, domain: undefined, instanceId: undefined };
    super("clerkconvex:clerk:Issuer", name, { ...outputs, ...args }, options);
  }
}

export interface JwtTemplateArgs {
  name: Input<string>;
  /** Claims; shortcodes such as `{{user.full_name}}` allowed. Clerk's own claims are refused. */
  claims: Input<Record<string, unknown>>;
  /** Seconds, 30 to 315360000. Default 60. */
  lifetime?: Input<number> | undefined;
  /** Seconds, 0 to 300. Default 5. */
  allowedClockSkew?: Input<number> | undefined;
  /** Use a template of this name that another stack owns: checked, never changed or deleted. */
  share?: Input<boolean> | undefined;
  /** Take over a template of this name that is there already. */
  adopt?: Input<boolean> | undefined;
}

/** A JWT template of the Clerk instance. */
export class JwtTemplate extends CustomResource {
  declare readonly name: Output<string>;
  declare readonly claims: Output<Record<string, unknown>>;
  declare readonly lifetime: Output<number>;
  declare readonly allowedClockSkew: Output<number>;
  /** `jtmp_…` */
  declare readonly templateId: Output<string>;

  constructor(name: string, args: JwtTemplateArgs, options?: CustomResourceOptions) {
    super("clerkconvex:clerk:JwtTemplate", name, { templateId: undefined, ...args }, options);
  }
}

export interface WebhookSecretArgs {
  /** Raise it to rotate. Default 1. */
  version?: Input<number> | undefined;
}

/** A webhook's signing secret, there before the endpoint so that the backend can know it first. */
export class WebhookSecret extends CustomResource {
  declare readonly version: Output<number>;
  /** The secret in force, `whsec_…`. A secret output. */
  declare readonly secret: Output<string>;
  /** The secret in force and the one before it, separated by a space. A secret output. */
  declare readonly accepted: Output<string>;

  constructor(name: string, args: WebhookSecretArgs = {}, options?: CustomResourceOptions) {
    const outputs = { secret: undefined, accepted: undefined };
    super("clerkconvex:clerk:WebhookSecret", name, { ...outputs, ...args }, options);
  }
}

export interface ManualWebhookArgs {
  /** Address that events must be posted to. */
  url: Input<string>;
  /** Address that was entered in the Clerk dashboard; refused when it is another. */
  endpointUrl?: Input<string> | undefined;
  /** The endpoint's signing secret, `whsec_…`. */
  secret: Input<string>;
}

/** An endpoint that is made by hand. Creates nothing. */
export class ManualWebhook extends CustomResource {
  /** A secret output. */
  declare readonly secret: Output<string>;

  constructor(name: string, args: ManualWebhookArgs, options?: CustomResourceOptions) {
    super("clerkconvex:clerk:ManualWebhook", name, { ...args }, options);
  }
}

export interface WebhookEndpointArgs {
  /** Letters, digits, `-`, `_`, `.`; unique in the instance; marks the endpoint as the stack's. */
  uid: Input<string>;
  url: Input<string>;
  /** At least one. */
  eventTypes: Input<Input<string>[]>;
  description?: Input<string> | undefined;
  disabled?: Input<boolean> | undefined;
  /** `whsec_` and the base64 of 24 to 75 bytes. A change rotates it. */
  secret: Input<string>;
  /** Seconds during which a replaced secret signs too, 0 to 604800. Default 86400. */
  rotationGracePeriod?: Input<number> | undefined;
  /** Take over an endpoint of this URL that is there already. */
  adopt?: Input<boolean> | undefined;
}

/** An endpoint that Clerk delivers events to. */
export class WebhookEndpoint extends CustomResource {
  declare readonly uid: Output<string>;
  declare readonly url: Output<string>;
  declare readonly eventTypes: Output<string[]>;
  declare readonly disabled: Output<boolean>;
  /** `ep_…` */
  declare readonly endpointId: Output<string>;

  constructor(name: string, args: WebhookEndpointArgs, options?: CustomResourceOptions) {
    super("clerkconvex:clerk:WebhookEndpoint", name, { endpointId: undefined, ...args }, options);
  }
}
