/** What `npm run preview -- --help` prints. */
export const help = `Preview stacks: an environment for each pull request, gone with it.

Usage: npm run preview -- up    --name pr-123 [--expires-in 7d] [--seed module:function] [--keep | --no-keep]
                                [--own-template]
       npm run preview -- down  --name pr-123
       npm run preview -- list
       npm run preview -- sweep [--older-than 7d] [--open-prs gh | FILE] [--yes]
       each with [--project SLUG] [--wait 10m] [--json] [--cwd FOLDER]

up      makes the preview, or updates it, and prints its addresses. Safe to run again, and at once
down    destroys it, then asks each vendor and removes what bears its mark, with a state or without.
        Runs from the state and this checkout alone; the pull request's code may be gone or broken
list    previews in the state and at the vendors, side by side
sweep   tells which previews nothing needs any more; with --yes takes them down

Credentials come from the environment: CLERK_SECRET_KEY (sk_test_…), and either CONVEX_ACCESS_TOKEN with
the Convex project, or a preview deploy key as CONVEX_DEPLOY_KEY. With the token the deployment is created,
and deleted at once; with the key alone it is claimed, and Convex deletes it when it expires. Settings for
all previews, variables and claims for example, are taken from Pulumi.preview.yaml, which is optional.

  --name NAME        of the preview: a-z, 0-9 and -. It is the stack's name too
  --expires-in TIME  when Convex deletes the deployment, counted from now at each up: 45m, 12h, 7d
  --seed FUNCTION    run this function once, after the first deploy
  --keep, --no-keep  whether sweep leaves it alone; stays as it is when left out
  --own-template     make the JWT template. By default previews share the one that another stack owns,
                     such as dev: it must be there, is checked, and is never changed or deleted
  --older-than TIME  sweep previews whose last update is longer ago, their pull requests open or not
  --open-prs gh      sweep previews pr-<number> whose pull request is not open. The label keep-preview
                     on a pull request keeps its preview
  --open-prs FILE    the same, for all previews, by a list of what is open: one number or name a line, or
                     JSON such as gh pr list --json number,labels,state gives
  --yes              go ahead; without it sweep only tells
  --project SLUG     the Convex project, for an access token. Default: target.project of
                     Pulumi.preview.yaml, else CONVEX_PROJECT
  --wait TIME        how long to wait for another run that holds the stack (default 10m)
  --json             print one JSON object; progress goes to standard error
  --cwd FOLDER       the Pulumi project's folder (default: this project)
  --help             this text

Exit codes; of several previews the worst counts:
  0   done; of down: gone, each vendor was asked
  1   anything that is none of the others
  2   wrong usage, or no project in the folder
  3   a credential is missing, refused or of another environment: nothing is proven
  10  a vendor, GitHub or the backend cannot be reached or does not answer: nothing is proven
  11  another run holds the stack, and still did after --wait
  12  the code in convex/ does not bundle
  13  something remains at a vendor; it is listed with what to do
  14  only a claimed deployment remains, emptied; Convex deletes it when it expires
`;
