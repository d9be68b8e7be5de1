// Where the server is and who we are, as the test hands it over in the environment.
import { createHash, randomBytes } from "node:crypto";

export const endpoint = new URL(process.env.S3_ENDPOINT);
export const accessKey = process.env.S3_ACCESS_KEY;
export const secretKey = process.env.S3_SECRET_KEY;
export const region = process.env.S3_REGION;

export const freshName = prefix => `${prefix}-${randomBytes(8).toString("hex")}`;
export const hash = bytes => createHash("sha256").update(bytes).digest("hex");

/** Names a client must carry unharmed; no file system is involved. */
export const oddKeys = [
  "plain", "with space", "plus+plus", "100%", "%41%2F", "ünïcödé/日本語", "emoji-🚀", "quote'\"", "amp&ersand<less>", "semi;colon,=@$!*()[]{}~^`|",
  "question?mark#hash", "back\\slash", "a", "a/", "a/b", "a//b", "a/b/", "deep/./x", "deep/../x", "tab\tnew\nline",
];

/** Runs the scenario named on the command line; an assertion that fails ends the program with its trace. */
export async function run(scenarios) {
  const name = process.argv[2];
  if (!scenarios[name]) throw new Error(`no scenario “${name}”: ${Object.keys(scenarios)}`);
  await scenarios[name]();
  console.log(`done: ${name}`);
}
