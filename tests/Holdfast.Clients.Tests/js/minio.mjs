// Scenarios for the “minio” package.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import * as Minio from "minio";
import { accessKey, endpoint, freshName, hash, oddKeys, region, run, secretKey } from "./connection.mjs";

const client = new Minio.Client({
  endPoint: endpoint.hostname, port: Number(endpoint.port), useSSL: endpoint.protocol === "https:", pathStyle: true, region,
  accessKey, secretKey, partSize: 5 * 1024 * 1024,
});
const list = async stream => { const all = []; for await (const item of stream) all.push(item); return all; };
const read = async (...where) => await buffer(await client.getObject(...where));

async function bucket() {
  const name = freshName("minio");
  await client.makeBucket(name);
  return name;
}

await run({
  async buckets() {
    const name = await bucket();
    assert.ok((await client.listBuckets()).some(b => b.name === name));
    assert.equal(await client.bucketExists(name), true);
    await client.removeBucket(name);
    assert.equal(await client.bucketExists(name), false);
  },

  async objects() {
    const name = await bucket();
    const keys = oddKeys.filter(key => !key.startsWith("deep/.")); // the package refuses dot segments itself
    for (const key of keys) {
      const bytes = randomBytes(500);
      await client.putObject(name, key, bytes, bytes.length, { "Content-Type": "text/x-test", colour: "blue" });
      assert.equal(hash(await read(name, key)), hash(bytes), key);
      const stat = await client.statObject(name, key);
      assert.deepEqual([stat.size, stat.metaData["content-type"], stat.metaData.colour], [500, "text/x-test", "blue"], key);
    }
    assert.equal((await list(client.listObjectsV2(name, "", true))).length, keys.length);
    assert.deepEqual((await list(client.listObjectsV2(name, "a/", false))).map(o => o.name ?? o.prefix).sort(), ["a/", "a//", "a/b", "a/b/"]);
    await client.removeObjects(name, keys.filter(key => !key.includes("\n")));
    await assert.rejects(client.statObject(name, "plain"), { code: "NotFound" });
  },

  async ranges() {
    const name = await bucket(), bytes = randomBytes(200_000);
    await client.putObject(name, "k", bytes);
    assert.equal(hash(await buffer(await client.getPartialObject(name, "k", 65_530, 20))), hash(bytes.subarray(65_530, 65_550)));
    assert.equal(hash(await buffer(await client.getPartialObject(name, "k", 199_990))), hash(bytes.subarray(199_990)));
  },

  async multipart() {
    const name = await bucket(), bytes = randomBytes(12 * 1024 * 1024 + 3);
    await client.putObject(name, "sized", bytes, bytes.length);
    await client.putObject(name, "stream", Readable.from([bytes.subarray(0, 7_000_000), bytes.subarray(7_000_000)]));
    assert.equal(hash(await read(name, "sized")), hash(bytes));
    assert.equal(hash(await read(name, "stream")), hash(bytes));
    assert.deepEqual(await list(client.listIncompleteUploads(name, "", true)), []);
  },

  async copy() {
    const name = await bucket(), bytes = randomBytes(1000);
    await client.putObject(name, "from ü+% x", bytes, bytes.length, { colour: "blue" });
    await client.copyObject(name, "to", `/${name}/from ü+% x`);
    assert.equal(hash(await read(name, "to")), hash(bytes));
    assert.equal((await client.statObject(name, "to")).metaData.colour, "blue");
  },

  async presigned() {
    const name = await bucket(), key = "with space+plus ü", bytes = randomBytes(3000);
    const put = await fetch(await client.presignedPutObject(name, key, 60), { method: "PUT", body: bytes });
    assert.equal(put.status, 200, await put.text());
    const got = await fetch(await client.presignedGetObject(name, key, 60, { "response-content-type": "text/x-other" }));
    assert.equal(got.headers.get("content-type"), "text/x-other");
    assert.equal(hash(Buffer.from(await got.arrayBuffer())), hash(bytes));
  },

  async versions() {
    const name = await bucket();
    await client.setBucketVersioning(name, { Status: "Enabled" });
    const first = await client.putObject(name, "v", "one");
    await client.putObject(name, "v", "two");
    await client.removeObject(name, "v");
    await assert.rejects(read(name, "v"), { code: "NoSuchKey" });
    const versions = await list(client.listObjects(name, "", true, { IncludeVersion: true }));
    assert.equal(versions.length, 3);
    assert.equal(String(await read(name, "v", { versionId: first.versionId })), "one");
    await client.removeObject(name, "v", { versionId: versions.find(v => v.isDeleteMarker).versionId });
    assert.equal(String(await read(name, "v")), "two");
  },

  async tags() {
    const name = await bucket();
    await client.putObject(name, "t", "x");
    await client.setObjectTagging(name, "t", { team: "red" });
    assert.deepEqual((await client.getObjectTagging(name, "t")).map(tag => [tag.Key, tag.Value]), [["team", "red"]]);
    await client.removeObjectTagging(name, "t");
    await client.setBucketTagging(name, { owner: "me" });
    assert.deepEqual((await client.getBucketTagging(name)).map(tag => [tag.Key, tag.Value]), [["owner", "me"]]);
  },

  async many() {
    const name = await bucket(), keys = Array.from({ length: 1010 }, (_, i) => `k/${String(i).padStart(4, "0")}`);
    for (let i = 0; i < keys.length; i += 20)
      await Promise.all(keys.slice(i, i + 20).map(key => client.putObject(name, key, key)));
    assert.deepEqual((await list(client.listObjectsV2(name, "", true))).map(o => o.name), keys);
    await client.removeObjects(name, keys);
    await client.removeBucket(name);
  },
});
