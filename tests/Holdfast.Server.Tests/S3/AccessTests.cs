using System.Net;
using Holdfast.Core.Access;

namespace Holdfast.Server.Tests.S3;

public sealed class AccessTests(S3Server server) : IClassFixture<S3Server>
{
    [Fact]
    public async Task A_bucket_is_its_owners_its_organization_owners_and_roots()
    {
        var bucket = await server.BucketAsync(server.Alice);
        (await server.Alice.PutAsync($"/{bucket}/k", "x")).ExpectOk();

        foreach (var client in (S3Client[])[server.Alice, server.Owner, server.Root])
            (await client.GetAsync($"/{bucket}/k")).ExpectOk();
        foreach (var client in (S3Client[])[server.Bob, server.Stranger])
        {
            (await client.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await client.GetAsync($"/{bucket}/none")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await client.GetAsync($"/{bucket}")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await client.PutAsync($"/{bucket}/k", "y")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await client.DeleteAsync($"/{bucket}/k")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await client.DeleteAsync($"/{bucket}")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await client.PutAsync($"/{bucket}?acl", "", ("x-amz-acl", "public-read"))).Expect(HttpStatusCode.Forbidden, "AccessDenied");
            (await client.PutAsync($"/{bucket}")).Expect(HttpStatusCode.Conflict, "BucketAlreadyExists");
        }

        (await server.Alice.PutAsync($"/{bucket}")).ExpectOk();
        Assert.Equal("alice-id", (await server.Alice.GetAsync($"/{bucket}?acl")).All("ID")[0]);
        Assert.Equal("alice", (await server.Alice.GetAsync($"/{bucket}?acl")).All("DisplayName")[0]);
    }

    [Theory]
    [InlineData("public-read", 200, 200, 403)]
    [InlineData("public-read-write", 200, 200, 200)]
    [InlineData("authenticated-read", 403, 200, 403)]
    [InlineData("private", 403, 403, 403)]
    public async Task A_buckets_acl_opens_what_it_says(string acl, int nobodyLists, int bobLists, int nobodyWrites)
    {
        var bucket = await server.BucketAsync(server.Alice, headers: ("x-amz-acl", acl));

        Assert.Equal(nobodyLists, (int)(await server.Nobody.PlainAsync("GET", $"/s3/{bucket}")).Status);
        Assert.Equal(bobLists, (int)(await server.Bob.GetAsync($"/{bucket}?list-type=2")).Status);
        Assert.Equal(nobodyWrites, (int)(await server.Nobody.PlainAsync("PUT", $"/{bucket}/k", "x"u8.ToArray())).Status);
    }

    [Fact]
    public async Task An_acl_document_sets_the_canned_acl_it_means()
    {
        var bucket = await server.BucketAsync(server.Alice);
        (await server.Alice.PutAsync($"/{bucket}/k", "x")).ExpectOk();
        const string group = "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\">"
            + "<URI>http://acs.amazonaws.com/groups/global/{0}</URI></Grantee><Permission>{1}</Permission></Grant>";
        const string full = "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\">"
            + "<ID>alice-id</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>";

        (await PutAsync(full + string.Format(group, "AllUsers", "READ"))).ExpectOk();
        Assert.Equal("x", (await server.Nobody.PlainAsync("GET", $"/{bucket}/k")).Text);
        Assert.Contains("READ", (await server.Alice.GetAsync($"/{bucket}/k?acl")).All("Permission"));
        (await PutAsync(full + string.Format(group, "AuthenticatedUsers", "READ"))).ExpectOk();
        (await server.Nobody.PlainAsync("GET", $"/{bucket}/k")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
        (await server.Bob.GetAsync($"/{bucket}/k")).ExpectOk();
        (await PutAsync(full + string.Format(group, "AllUsers", "WRITE"))).Expect(HttpStatusCode.NotImplemented, "NotImplemented");
        (await PutAsync(full.Replace("alice-id", "bob-id", StringComparison.Ordinal)))
            .Expect(HttpStatusCode.NotImplemented, "NotImplemented");
        (await PutAsync(full)).ExpectOk();
        (await server.Bob.GetAsync($"/{bucket}/k")).Expect(HttpStatusCode.Forbidden, "AccessDenied");

        Task<S3Reply> PutAsync(string grants) => server.Alice.PutAsync(
            $"/{bucket}/k?acl",
            $"<AccessControlPolicy><Owner><ID>alice-id</ID></Owner><AccessControlList>{grants}</AccessControlList></AccessControlPolicy>");
    }

    [Theory]
    [InlineData("Off", 403, 403, 403)]
    [InlineData("Read", 200, 403, 403)]
    [InlineData("Write", 200, 200, 403)]
    [InlineData("All", 200, 200, 204)]
    public async Task Plain_requests_may_what_the_setting_says(string setting, int read, int write, int delete)
    {
        await using var open = await S3Server.StartAsync(Enum.Parse<AnonymousAccess>(setting));
        using var root = new S3Client(open);
        (await root.PutAsync("/shared")).ExpectOk();
        (await root.PutAsync("/shared/k", "x")).ExpectOk();

        Assert.Equal(read, (int)(await root.PlainAsync("GET", "/s3/shared/k")).Status);
        Assert.Equal(read, (int)(await root.PlainAsync("GET", "/s3/shared")).Status);
        Assert.Equal(read, (int)(await root.PlainAsync("GET", "/s3/")).Status);
        Assert.Equal(write, (int)(await root.PlainAsync("PUT", "/s3/shared/new", "y"u8.ToArray())).Status);
        Assert.Equal(delete, (int)(await root.PlainAsync("DELETE", "/s3/shared/k")).Status);
        if (read == 200)
            (await root.PlainAsync("GET", "/s3/shared/new?response-content-type=text/html"))
                .Expect(write == 200 ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_host_below_a_domain_names_the_bucket()
    {
        var bucket = await server.BucketAsync();
        var host = ("host", $"{bucket}.localhost:{server.Fixture.BaseAddress.Port}");

        (await server.Root.PutAsync("/dir/k", "x"u8.ToArray(), host)).ExpectOk();

        Assert.Equal("x", (await server.Root.GetAsync("/dir/k", host)).Text);
        Assert.Equal("x", (await server.Root.GetAsync($"/s3/{bucket}/dir/k")).Text);
        Assert.Equal(["dir/k"], (await server.Root.GetAsync("/?list-type=2", host)).All("Key"));
    }

    [Fact]
    public async Task Answers_keep_the_prefix_that_was_asked_under()
    {
        var bucket = await server.BucketAsync();

        var again = (await server.Root.PutAsync($"/s3/{bucket}")).ExpectOk();
        var absent = (await server.Root.GetAsync($"/s3/{bucket}/none")).Expect(HttpStatusCode.NotFound);

        Assert.Equal($"/s3/{bucket}", again.Header("Location"));
        Assert.Equal($"/s3/{bucket}/none", absent.All("Resource")[0]);
    }

    [Fact]
    public async Task A_browser_at_the_root_gets_a_page_and_a_client_a_refusal()
    {
        Assert.StartsWith("text/html", (await server.Nobody.PlainAsync("GET", "/", null, ("Accept", "text/html"))).Header("Content-Type"));
        (await server.Nobody.PlainAsync("GET", "/")).Expect(HttpStatusCode.Forbidden, "AccessDenied");
    }
}
