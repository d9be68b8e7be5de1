"""Scenarios for boto3. They run with the old one of Debian and with any newer one."""
import base64
import io
import os
import secrets
import ssl
import urllib.error
import urllib.request

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from connection import ODD_KEYS, client, fresh_name, hash_of, newer_than, run

s3 = client()


def bucket():
    name = fresh_name()
    s3.create_bucket(Bucket=name)
    return name


def read(**where):
    return s3.get_object(**where)["Body"].read()


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError(f"it was not refused: {arguments}")


def fetch(url, method="GET", data=None):
    context = ssl.create_default_context(cafile=os.environ["S3_CA"]) if "S3_CA" in os.environ else None
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/octet-stream"} if data else {})
    return urllib.request.urlopen(request, context=context, timeout=60)


def buckets():
    name = bucket()
    assert name in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    s3.head_bucket(Bucket=name)
    s3.delete_bucket(Bucket=name)
    assert refusal(s3.head_bucket, Bucket=name) == "404"
    assert refusal(s3.list_objects_v2, Bucket=name) == "NoSuchBucket"


def objects():
    name = bucket()
    for key in ODD_KEYS:
        data = secrets.token_bytes(500)
        s3.put_object(Bucket=name, Key=key, Body=data, ContentType="text/x-test", Metadata={"colour": "blue"})
        answer = s3.get_object(Bucket=name, Key=key)
        assert (answer["ContentType"], answer["Metadata"]) == ("text/x-test", {"colour": "blue"}), key
        assert hash_of(answer["Body"].read()) == hash_of(data), key
    for call in (s3.list_objects, s3.list_objects_v2):
        assert [o["Key"] for o in call(Bucket=name)["Contents"]] == sorted(ODD_KEYS, key=lambda key: key.encode())
    s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": key} for key in ODD_KEYS if "\n" not in key]})
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=name)["Contents"]] == ["tab\tnew\nline"]


def ranges():
    name, data = bucket(), secrets.token_bytes(200_000)
    s3.put_object(Bucket=name, Key="k", Body=data)
    for wanted, part in (("0-0", data[:1]), ("65530-65545", data[65530:65546]), ("-7", data[-7:]), ("199999-300000", data[-1:])):
        assert hash_of(read(Bucket=name, Key="k", Range=f"bytes={wanted}")) == hash_of(part), wanted
    assert refusal(s3.get_object, Bucket=name, Key="k", Range="bytes=200000-") == "InvalidRange"


def transfer():
    name, data = bucket(), secrets.token_bytes(21 * 1024 * 1024 + 1)
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024, max_concurrency=4)
    s3.upload_fileobj(io.BytesIO(data), name, "k", Config=config, ExtraArgs={"Metadata": {"colour": "blue"}})
    s3.copy({"Bucket": name, "Key": "k"}, name, "copied ü+%", Config=config)
    for key in ("k", "copied ü+%"):
        down = io.BytesIO()
        s3.download_fileobj(name, key, down, Config=config)
        assert hash_of(down.getvalue()) == hash_of(data), key
        assert s3.head_object(Bucket=name, Key=key)["ETag"].endswith('-5"')
    assert s3.head_object(Bucket=name, Key="k", PartNumber=5)["ContentLength"] == 1024 * 1024 + 1


def copy():
    name = bucket()
    for key in ODD_KEYS:
        s3.put_object(Bucket=name, Key=key, Body=key.encode(), Metadata={"colour": "blue"})
        s3.copy_object(Bucket=name, Key="copy", CopySource={"Bucket": name, "Key": key})
        answer = s3.get_object(Bucket=name, Key="copy")
        assert (answer["Body"].read().decode(), answer["Metadata"]) == (key, {"colour": "blue"})
    s3.copy_object(Bucket=name, Key="copy", CopySource=f"{name}/copy", MetadataDirective="REPLACE", Metadata={"shape": "round"})
    assert s3.head_object(Bucket=name, Key="copy")["Metadata"] == {"shape": "round"}
    assert refusal(s3.copy_object, Bucket=name, Key="copy", CopySource=f"{name}/copy") == "InvalidRequest"


def presigned():
    name, key, data = bucket(), "with space+plus ü", secrets.token_bytes(3000)
    for signed_by in (s3, client(signature_version="s3v4")):
        place = {"Bucket": name, "Key": key}
        # The signature of version 2, which boto3 makes when it is told nothing, covers the type.
        typed = {**place, "ContentType": "application/octet-stream"}
        assert fetch(signed_by.generate_presigned_url("put_object", Params=typed, ExpiresIn=60), "PUT", data).status == 200
        url = signed_by.generate_presigned_url("get_object", Params={**place, "ResponseContentType": "text/x-other"}, ExpiresIn=60)
        answer = fetch(url)
        assert answer.headers["Content-Type"] == "text/x-other"
        assert hash_of(answer.read()) == hash_of(data)
        try:
            fetch(url.replace("x-other", "x-forged"))
            raise AssertionError("a changed address was served")
        except urllib.error.HTTPError as error:
            assert error.code == 403


def versions():
    name = bucket()
    place = {"Bucket": name, "Key": "v"}
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(**place, Body=b"one")["VersionId"]
    s3.put_object(**place, Body=b"two")
    gone = s3.delete_object(**place)
    assert gone["DeleteMarker"] is True
    assert refusal(s3.get_object, **place) == "NoSuchKey"
    listed = s3.list_object_versions(Bucket=name)
    assert [v["IsLatest"] for v in listed["Versions"]] == [False, False] and listed["DeleteMarkers"][0]["IsLatest"]
    assert read(**place, VersionId=first) == b"one"
    s3.delete_object(**place, VersionId=gone["VersionId"])
    assert read(**place) == b"two"
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"


def tags():
    name = bucket()
    place = {"Bucket": name, "Key": "t"}
    s3.put_object(**place, Tagging="first=1")
    assert s3.get_object_tagging(**place)["TagSet"] == [{"Key": "first", "Value": "1"}]
    s3.put_object_tagging(**place, Tagging={"TagSet": [{"Key": "größe", "Value": "sehr groß"}]})
    assert s3.get_object_tagging(**place)["TagSet"] == [{"Key": "größe", "Value": "sehr groß"}]
    assert s3.get_object(**place)["TagCount"] == 1
    s3.delete_object_tagging(**place)
    assert s3.get_object_tagging(**place)["TagSet"] == []
    assert refusal(s3.get_bucket_tagging, Bucket=name) == "NoSuchTagSet"


def checksums():
    name, data = bucket(), secrets.token_bytes(100_000)
    for kind in ("CRC32", "SHA1", "SHA256"):
        put = s3.put_object(Bucket=name, Key=kind, Body=data, ChecksumAlgorithm=kind)
        got = s3.get_object(Bucket=name, Key=kind, ChecksumMode="ENABLED")
        assert hash_of(got["Body"].read()) == hash_of(data)  # boto3 checks the sum while reading
        assert put[f"Checksum{kind}"] == got[f"Checksum{kind}"]
    wrong = base64.b64encode(bytes(4)).decode()
    assert refusal(s3.put_object, Bucket=name, Key="wrong", Body=data, ChecksumCRC32=wrong) == "BadDigest"
    assert refusal(s3.head_object, Bucket=name, Key="wrong") == "404"


def conditions():
    name = bucket()
    place = {"Bucket": name, "Key": "lock"}
    tag = s3.put_object(**place, Body=b"one")["ETag"]
    assert read(**place, IfMatch=tag) == b"one"
    assert refusal(s3.get_object, **place, IfNoneMatch=tag) == "304"
    if newer_than(1, 36):  # older ones know no conditional writes
        assert refusal(s3.put_object, **place, Body=b"two", IfNoneMatch="*") == "PreconditionFailed"
        s3.put_object(**place, Body=b"two", IfMatch=tag)
        assert refusal(s3.put_object, **place, Body=b"three", IfMatch=tag) == "PreconditionFailed"
        assert read(**place) == b"two"


def many():
    name, keys = bucket(), [f"k/{number:04}" for number in range(1010)]
    for key in keys:
        s3.put_object(Bucket=name, Key=key, Body=b"x")
    for operation in ("list_objects", "list_objects_v2"):
        pages = s3.get_paginator(operation).paginate(Bucket=name, PaginationConfig={"PageSize": 300})
        assert [o["Key"] for page in pages for o in page["Contents"]] == keys
    assert refusal(s3.delete_objects, Bucket=name, Delete={"Objects": [{"Key": key} for key in keys]}) == "MalformedXML"
    for some in (keys[:1000], keys[1000:]):
        assert len(s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": key} for key in some]})["Deleted"]) == len(some)
    s3.delete_bucket(Bucket=name)


run({step.__name__: step for step in (
    buckets, objects, ranges, transfer, copy, presigned, versions, tags, checksums, conditions, many)})
