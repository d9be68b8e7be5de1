using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

/// <summary>Canned ACLs, in effect for callers without a signature and for other users.</summary>
public sealed class AclTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Theory]
    [InlineData("private", 403, 403)]
    [InlineData("public-read", 200, 200)]
    [InlineData("public-read-write", 200, 200)]
    [InlineData("authenticated-read", 403, 200)]
    public async Task An_object_is_read_by_whom_its_acl_says(string acl, int byAnyone, int byOther)
    {
        var at = $"{await _s3.BucketAsync()}/key";

        (await _s3.PutAsync(at, "text", ("x-amz-acl", acl))).Ok();
        (await _s3.PutAsync($"{at}-later", "text")).Ok();
        (await _s3.PutAsync($"{at}-later?acl", "", ("x-amz-acl", acl))).Ok();

        foreach (var target in new[] { at, $"{at}-later" })
        {
            (await AnyoneAsync("GET", target)).Is(byAnyone);
            (await AnyoneAsync("HEAD", target)).Is(byAnyone);
            (await AnyoneAsync("PUT", target)).Refused(403, "AccessDenied");
            (await AnyoneAsync("DELETE", target)).Refused(403, "AccessDenied");
            if (server.Other is { } other)
                (await _s3.SendAsync(new("GET", target) { By = other })).Is(byOther);
        }
    }

    [Theory]
    [InlineData("private", 403, 403, 403)]
    [InlineData("public-read", 200, 403, 200)]
    [InlineData("public-read-write", 200, 200, 200)]
    [InlineData("authenticated-read", 403, 403, 200)]
    public async Task A_bucket_is_listed_and_written_by_whom_its_acl_says(string acl, int list, int write, int listByOther)
    {
        var bucket = await _s3.BucketAsync(("x-amz-acl", acl));

        (await AnyoneAsync("GET", bucket)).Is(list);
        (await AnyoneAsync("GET", $"{bucket}?list-type=2")).Is(list);
        (await AnyoneAsync("HEAD", bucket)).Is(list);
        (await AnyoneAsync("PUT", $"{bucket}/key")).Is(write);
        (await AnyoneAsync("DELETE", $"{bucket}/key")).Is(write == 200 ? 204 : 403);
        (await AnyoneAsync("DELETE", bucket)).Refused(403, "AccessDenied");
        (await AnyoneAsync("PUT", $"{bucket}?versioning")).Refused(403, "AccessDenied");
        (await AnyoneAsync("GET", $"{bucket}?acl")).Refused(403, "AccessDenied");
        if (server.Other is { } other)
            (await _s3.SendAsync(new("GET", bucket) { By = other })).Is(listByOther);
    }

    [Fact]
    public async Task A_public_bucket_does_not_make_its_objects_public()
    {
        var bucket = await _s3.BucketAsync(("x-amz-acl", "public-read"));
        await _s3.FillAsync(bucket, "key");

        (await AnyoneAsync("GET", $"{bucket}/key")).Refused(403, "AccessDenied");
        (await AnyoneAsync("GET", $"{bucket}/none")).Refused(404, "NoSuchKey"); // who may list may know
    }

    [Fact]
    public async Task Who_may_not_list_does_not_learn_what_is_missing()
    {
        var bucket = await _s3.BucketAsync();

        (await AnyoneAsync("GET", $"{bucket}/none")).Refused(403, "AccessDenied");
        (await AnyoneAsync("HEAD", $"{bucket}/none")).Is(403);
        (await AnyoneAsync("GET", "/no-such-bucket-here-at-all/none")).Refused(404, "NoSuchBucket");
    }

    [Theory]
    [InlineData("private", 1)]
    [InlineData("public-read", 2)]
    [InlineData("public-read-write", 3)]
    [InlineData("authenticated-read", 2)]
    public async Task An_acl_is_told_truthfully(string acl, int grants)
    {
        var bucket = await _s3.BucketAsync(("x-amz-acl", acl));
        await _s3.PutAsync($"{bucket}/key", "x", ("x-amz-acl", acl));

        foreach (var target in new[] { bucket, $"{bucket}/key" })
        {
            var answer = (await _s3.GetAsync($"{target}?acl")).Ok();

            Assert.Equal("AccessControlPolicy", answer.Xml.Name.LocalName);
            Assert.NotEmpty(answer.One("Owner/ID")!);
            Assert.Contains("FULL_CONTROL", answer.All("AccessControlList/Grant/Permission"));
            Assert.Equal(grants, answer.All("AccessControlList/Grant/Permission").Length);
            Assert.Equal(acl.StartsWith("public", StringComparison.Ordinal),
                answer.All("AccessControlList/Grant/Grantee/URI").Contains("http://acs.amazonaws.com/groups/global/AllUsers"));
        }
    }

    [Fact]
    public async Task An_acl_read_can_be_written_back()
    {
        var at = $"{await _s3.BucketAsync()}/key";
        await _s3.PutAsync(at, "x", ("x-amz-acl", "public-read"));
        var acl = (await _s3.GetAsync($"{at}?acl")).Ok().Text;
        await _s3.PutAsync($"{at}?acl", "", ("x-amz-acl", "private"));

        (await AnyoneAsync("GET", at)).Is(403);
        (await _s3.PutAsync($"{at}?acl", acl, ("x-amz-acl", "private"))).Refused(400, "InvalidRequest");
        (await _s3.PutAsync($"{at}?acl", acl)).Ok();

        (await AnyoneAsync("GET", at)).Ok();
    }

    [Theory]
    [InlineData("<AccessControlPolicy><", "MalformedACLError MalformedXML")]
    [InlineData("<SomethingElse/>", "MalformedACLError MalformedXML")]
    public async Task A_wrong_acl_is_refused(string body, string codes)
    {
        var at = $"{await _s3.BucketAsync()}/key";
        await _s3.PutAsync(at, "x");

        Assert.Contains((await _s3.PutAsync($"{at}?acl", body)).Is(400).One("Code"), codes.Split(' '));
        (await _s3.PutAsync($"{at}?acl", "", ("x-amz-acl", "anything-goes"))).Refused(400, "InvalidArgument");
        (await _s3.GetAsync($"{at}-none?acl")).Refused(404, "NoSuchKey");
    }

    Task<WireAnswer> AnyoneAsync(string method, string target) =>
        _s3.SendAsync(new(method, target) { Body = method == "PUT" ? "x"u8.ToArray() : null });
}
