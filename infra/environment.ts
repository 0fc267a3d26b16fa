import path from "node:path";
import { local } from "@pulumi/command";
import {
  ComponentResource,
  type ComponentResourceOptions,
  getProject,
  getStack,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { EnvironmentConfig } from "./config/index.ts";
import { isPreview } from "./config/target.ts";
import { declareDeployment } from "./deployment.ts";
import { endpointDescription, endpointUid } from "./labels.ts";
import { projectRoot } from "./project.ts";
import { Issuer, JwtTemplate, ManualWebhook, WebhookEndpoint } from "./resources/clerk.ts";
import { Deploy, EnvironmentVariables } from "./resources/convex.ts";
import { declareEndpoints, declareSigning, webhookUrlOf } from "./webhook.ts";

/** Source: Convex's documentation of Clerk, "Create a JWT template". */
const convexClaims = {
  aud: "convex",
  name: "{{user.full_name}}",
  email: "{{user.primary_email_address}}",
  picture: "{{user.image_url}}",
  nickname: "{{user.username}}",
  given_name: "{{user.first_name}}",
  updated_at: "{{user.updated_at}}",
  family_name: "{{user.last_name}}",
  phone_number: "{{user.primary_phone_number}}",
  email_verified: "{{user.email_verified}}",
  phone_number_verified: "{{user.phone_number_verified}}",
};

const userEvents = ["user.created", "user.updated", "user.deleted"];

export interface ClerkConvexEnvironmentArgs extends EnvironmentConfig {
  /** Folder with package.json and `convex/`. Default: this project. */
  directory?: Input<string>;
  /** Folder that the engine starts plugins in, `main` of Pulumi.yaml. Default: the program's working folder. */
  programFolder?: string;
}

/**
 * One working environment. The order: issuer and deployment, then template and webhook secret, then the
 * variables that the push evaluates, then the code, then the endpoint that delivers to it, then a check
 * that it all answers. Destroy goes the other way.
 */
export class ClerkConvexEnvironment extends ComponentResource {
  readonly issuer: Output<string>;
  readonly deploymentName: Output<string>;
  readonly deploymentUrl: Output<string>;
  readonly siteUrl: Output<string>;
  readonly webhookUrl: Output<string>;
  /** Of an endpoint that is not made by hand. */
  readonly webhookEndpointId: Output<string> | undefined;
  /** Signing secrets of the endpoints beside that one, by name. */
  readonly webhookSecrets: Output<Record<string, string>>;
  readonly jwtTemplateId: Output<string>;

  constructor(
    name: string,
    args: ClerkConvexEnvironmentArgs,
    options: ComponentResourceOptions = {},
  ) {
    super("clerkconvex:index:ClerkConvexEnvironment", name, {}, options);
    const { adopt, directory = projectRoot, programFolder = process.cwd() } = args;
    const child = { parent: this, protect: args.protect };

    const { publishableKey, environmentType } = args;
    const issuer = new Issuer(`${name}-issuer`, { publishableKey, environmentType }, child);
    const share = args.shareTemplates || undefined;
    const declareTemplate = (dependsOn: Resource) =>
      new JwtTemplate(
        `${name}-jwt-template`,
        {
          name: "convex",
          claims: { ...convexClaims, ...args.claims },
          share,
          adopt,
        },
        { ...child, dependsOn },
      );
    // Nothing is made anywhere before the credentials of both vendors are known to be right, and what
    // another stack owns is known to be there.
    const shared = share ? declareTemplate(issuer) : undefined;
    const { deployment, reach, belongs } = declareDeployment(name, args.target, adopt, {
      ...child,
      dependsOn: shared ?? issuer,
    });
    const webhookUrl = webhookUrlOf(deployment);
    const byHand =
      args.webhook &&
      new ManualWebhook(`${name}-manual-webhook`, { url: webhookUrl, ...args.webhook }, child);
    const ready = { ...child, dependsOn: byHand ?? deployment };
    const template = shared ?? declareTemplate(byHand ?? deployment);
    for (const [key, settings] of Object.entries(args.jwtTemplates)) {
      const extra = { name: key, ...settings, share, adopt };
      new JwtTemplate(`${name}-jwt-template-${key}`, extra, ready);
    }
    const signing = declareSigning(name, args.webhookSecretVersion, byHand, child);
    const variables = new EnvironmentVariables(
      `${name}-variables`,
      {
        deployment: deployment.name,
        variables: withVariables(args.variables, {
          CLERK_JWT_ISSUER_DOMAIN: issuer.issuer,
          CLERK_WEBHOOK_SECRET: signing.accepted,
        }),
        adopt,
        ...reach,
      },
      { ...child, ...belongs },
    );
    const deploy = new Deploy(
      `${name}-deploy`,
      { deployment: deployment.name, directory, ...reach },
      { ...child, ...belongs, dependsOn: variables },
    );
    const endpoint = byHand
      ? undefined
      : new WebhookEndpoint(
          `${name}-webhook-endpoint`,
          {
            uid: endpointUid(getProject(), getStack()),
            url: webhookUrl,
            eventTypes: [...userEvents, ...args.eventTypes],
            description: endpointDescription(getProject(), getStack(), isPreview(args.target)),
            secret: signing.secret,
            adopt,
          },
          { ...child, dependsOn: [deploy, variables] },
        );
    new local.Command(
      `${name}-verify`,
      {
        create: "node scripts/verify.ts",
        // Relative, since the property is compared, and the project's folder is another on each machine.
        dir: path.relative(programFolder, projectRoot) || ".",
        environment: {
          ISSUER: issuer.issuer,
          SITE_URL: deployment.siteUrl,
          WEBHOOK_SECRET: signing.secret,
        },
        triggers: [issuer.issuer, signing.revision, deploy.modules, deploy.schema],
      },
      { parent: this, dependsOn: [endpoint ?? deploy, template] },
    );

    this.issuer = issuer.issuer;
    this.deploymentName = deployment.name;
    this.deploymentUrl = deployment.url;
    this.siteUrl = deployment.siteUrl;
    this.webhookUrl = webhookUrl;
    this.webhookEndpointId = endpoint?.endpointId;
    this.jwtTemplateId = template.templateId;
    this.webhookSecrets = declareEndpoints(name, args.webhookEndpoints, adopt, ready);
    this.registerOutputs();
  }
}

function withVariables(
  users: Output<Record<string, string>> | undefined,
  own: Record<string, Input<string>>,
): Input<Record<string, Input<string>>> {
  return users ? users.apply((variables) => ({ ...variables, ...own })) : own;
}
