// Scenarios for the AWS SDK for JavaScript: default settings but path style.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import * as s3 from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { accessKey, endpoint, freshName, hash, oddKeys, region, run, secretKey } from "./connection.mjs";

const client = new s3.S3Client({
  endpoint: endpoint.origin, region, forcePathStyle: true, maxAttempts: 2,
  credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
});
const send = (name, input) => client.send(new s3[`${name}Command`](input));
const refusal = async promise => await promise.then(() => assert.fail("it was not refused"), error => error);
const read = async input => Buffer.from(await (await send("GetObject", input)).Body.transformToByteArray());

async function bucket() {
  const Bucket = freshName("js");
  await send("CreateBucket", { Bucket });
  return Bucket;
}

await run({
  async buckets() {
    const Bucket = await bucket();
    assert.ok((await send("ListBuckets", {})).Buckets.some(b => b.Name === Bucket && b.CreationDate instanceof Date));
    await send("HeadBucket", { Bucket });
    assert.ok(!(await send("GetBucketLocation", { Bucket })).LocationConstraint);
    await send("DeleteBucket", { Bucket });
    assert.equal((await refusal(send("ListObjectsV2", { Bucket }))).name, "NoSuchBucket");
    assert.equal((await refusal(send("HeadBucket", { Bucket }))).$metadata.httpStatusCode, 404);
  },

  async objects() {
    const Bucket = await bucket();
    for (const Key of oddKeys) {
      const bytes = randomBytes(500);
      await send("PutObject", { Bucket, Key, Body: bytes, ContentType: "text/x-test", Metadata: { colour: "blue" } });
      const head = await send("HeadObject", { Bucket, Key });
      assert.deepEqual([head.ContentLength, head.ContentType, head.Metadata.colour], [500, "text/x-test", "blue"], Key);
      assert.equal(hash(await read({ Bucket, Key })), hash(bytes), Key);
    }
    const listed = (await send("ListObjectsV2", { Bucket, EncodingType: "url" })).Contents.map(o => decodeURIComponent(o.Key.replaceAll("+", "%20")));
    assert.deepEqual(listed.sort(), [...oddKeys].sort());
    const gone = await send("DeleteObjects", { Bucket, Delete: { Objects: listed.filter(key => !key.includes("\n")).map(Key => ({ Key })) } });
    assert.equal(gone.Errors, undefined);
    assert.equal((await refusal(read({ Bucket, Key: "plain" }))).name, "NoSuchKey");
  },

  async ranges() {
    const Bucket = await bucket(), bytes = randomBytes(200_000);
    await send("PutObject", { Bucket, Key: "k", Body: bytes });
    for (const [Range, from, to] of [["bytes=0-0", 0, 1], ["bytes=65530-65545", 65530, 65546], ["bytes=-7", 199_993, 200_000], ["bytes=100000-", 100_000, 200_000]])
      assert.equal(hash(await read({ Bucket, Key: "k", Range })), hash(bytes.subarray(from, to)), Range);
    assert.equal((await refusal(read({ Bucket, Key: "k", Range: "bytes=200000-" }))).name, "InvalidRange");
  },

  async upload() {
    const Bucket = await bucket(), bytes = randomBytes(17 * 1024 * 1024 + 5);
    const chunks = function* () { for (let i = 0; i < bytes.length; i += 100_000) yield bytes.subarray(i, i + 100_000); };
    await new Upload({ client, params: { Bucket, Key: "k", Body: Readable.from(chunks()) }, queueSize: 3, partSize: 5 * 1024 * 1024 }).done();
    assert.equal(hash(await read({ Bucket, Key: "k" })), hash(bytes));
    const head = await send("HeadObject", { Bucket, Key: "k" });
    assert.match(head.ETag, /^"[0-9a-f]{32}-4"$/);
    assert.equal(hash(await read({ Bucket, Key: "k", PartNumber: 2 })), hash(bytes.subarray(5 * 1024 * 1024, 10 * 1024 * 1024)));
  },

  async multipart() {
    const Bucket = await bucket(), Key = "k", bytes = randomBytes(6 * 1024 * 1024);
    const { UploadId } = await send("CreateMultipartUpload", { Bucket, Key });
    const part = await send("UploadPart", { Bucket, Key, UploadId, PartNumber: 1, Body: bytes });
    assert.equal((await send("ListParts", { Bucket, Key, UploadId })).Parts[0].ETag, part.ETag);
    assert.equal((await send("ListMultipartUploads", { Bucket })).Uploads[0].UploadId, UploadId);
    await send("AbortMultipartUpload", { Bucket, Key, UploadId });
    assert.equal((await refusal(send("ListParts", { Bucket, Key, UploadId }))).name, "NoSuchUpload");
  },

  async copy() {
    const Bucket = await bucket(), bytes = randomBytes(1000);
    for (const Key of oddKeys.filter(key => !key.includes("\n"))) {
      await send("PutObject", { Bucket, Key, Body: bytes, Metadata: { colour: "blue" } });
      await send("CopyObject", { Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent(Key)}` });
      const head = await send("HeadObject", { Bucket, Key: "copy" });
      assert.equal(head.Metadata.colour, "blue", Key);
    }
    assert.equal(hash(await read({ Bucket, Key: "copy" })), hash(bytes));
  },

  async presigned() {
    const Bucket = await bucket(), Key = "with space+plus ü", bytes = randomBytes(3000);
    const put = await fetch(await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key }), { expiresIn: 60 }), { method: "PUT", body: bytes });
    assert.equal(put.status, 200, await put.text());
    const url = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key, ResponseContentDisposition: "attachment" }), { expiresIn: 60 });
    const got = await fetch(url);
    assert.equal(got.headers.get("content-disposition"), "attachment");
    assert.equal(hash(Buffer.from(await got.arrayBuffer())), hash(bytes));
    assert.equal((await fetch(url.replace("attachment", "inline"))).status, 403);
  },

  async versions() {
    const Bucket = await bucket(), Key = "v";
    await send("PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });
    const first = await send("PutObject", { Bucket, Key, Body: "one" });
    await send("PutObject", { Bucket, Key, Body: "two" });
    const gone = await send("DeleteObject", { Bucket, Key });
    assert.equal(gone.DeleteMarker, true);
    assert.equal((await refusal(read({ Bucket, Key }))).name, "NoSuchKey");
    const list = await send("ListObjectVersions", { Bucket });
    assert.deepEqual([list.Versions.length, list.DeleteMarkers.length, list.DeleteMarkers[0].IsLatest], [2, 1, true]);
    assert.equal(String(await read({ Bucket, Key, VersionId: first.VersionId })), "one");
    await send("DeleteObject", { Bucket, Key, VersionId: gone.VersionId });
    assert.equal(String(await read({ Bucket, Key })), "two");
  },

  async conditions() {
    const Bucket = await bucket(), Key = "lock";
    const first = await send("PutObject", { Bucket, Key, Body: "one", IfNoneMatch: "*" });
    assert.equal((await refusal(send("PutObject", { Bucket, Key, Body: "two", IfNoneMatch: "*" }))).name, "PreconditionFailed");
    await send("PutObject", { Bucket, Key, Body: "two", IfMatch: first.ETag });
    assert.equal((await refusal(send("PutObject", { Bucket, Key, Body: "three", IfMatch: first.ETag }))).name, "PreconditionFailed");
    assert.equal((await refusal(read({ Bucket, Key, IfMatch: first.ETag }))).$metadata.httpStatusCode, 412);
    assert.equal(String(await read({ Bucket, Key })), "two");
  },

  async tags() {
    const Bucket = await bucket(), Key = "t";
    await send("PutObject", { Bucket, Key, Body: "x", Tagging: "first=1" });
    assert.deepEqual((await send("GetObjectTagging", { Bucket, Key })).TagSet, [{ Key: "first", Value: "1" }]);
    await send("PutObjectTagging", { Bucket, Key, Tagging: { TagSet: [{ Key: "größe", Value: "sehr groß" }] } });
    assert.deepEqual((await send("GetObjectTagging", { Bucket, Key })).TagSet, [{ Key: "größe", Value: "sehr groß" }]);
    await send("DeleteObjectTagging", { Bucket, Key });
    assert.deepEqual((await send("GetObjectTagging", { Bucket, Key })).TagSet ?? [], []);
  },

  async checksums() {
    const Bucket = await bucket(), Body = randomBytes(100_000);
    for (const name of ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"]) {
      const put = await send("PutObject", { Bucket, Key: name, Body, ChecksumAlgorithm: name });
      const got = await send("GetObject", { Bucket, Key: name, ChecksumMode: "ENABLED" });
      assert.ok(put[`Checksum${name}`], name);
      assert.equal(got[`Checksum${name}`], put[`Checksum${name}`], name);
      assert.equal(hash(Buffer.from(await got.Body.transformToByteArray())), hash(Body)); // the SDK checks the sum while reading
    }
  },

  async many() {
    const Bucket = await bucket(), keys = Array.from({ length: 1010 }, (_, i) => `k/${String(i).padStart(4, "0")}`);
    for (let i = 0; i < keys.length; i += 20)
      await Promise.all(keys.slice(i, i + 20).map(Key => send("PutObject", { Bucket, Key, Body: Key })));
    const listed = [];
    for await (const page of s3.paginateListObjectsV2({ client }, { Bucket })) listed.push(...page.Contents.map(o => o.Key));
    assert.deepEqual(listed, keys);
    const tooMany = await refusal(send("DeleteObjects", { Bucket, Delete: { Objects: keys.map(Key => ({ Key })) } }));
    assert.equal(tooMany.name, "MalformedXML");
    for (const some of [keys.slice(0, 1000), keys.slice(1000)])
      await send("DeleteObjects", { Bucket, Delete: { Quiet: true, Objects: some.map(Key => ({ Key })) } });
    await send("DeleteBucket", { Bucket });
  },
});
