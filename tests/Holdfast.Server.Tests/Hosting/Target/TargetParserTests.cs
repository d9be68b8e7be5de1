using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Tests.Hosting.Target;

public sealed class TargetParserTests
{
    readonly TargetParser _parser = new(["localhost", "s3.example.com", "example.com"]);

    [Theory]
    [InlineData("/", "/s3/service", "", null, null)]
    [InlineData("/?list-type=2", "/s3/service", "", null, null)]
    [InlineData("/s3", "/s3/service", "/s3", null, null)]
    [InlineData("/s3/", "/s3/service", "/s3", null, null)]
    [InlineData("/s3?x", "/s3/service", "/s3", null, null)]
    [InlineData("/logs", "/s3/bucket", "", "logs", null)]
    [InlineData("/logs/", "/s3/bucket", "", "logs", null)]
    [InlineData("/s3/logs", "/s3/bucket", "/s3", "logs", null)]
    [InlineData("/s3/logs/a/b", "/s3/object", "/s3", "logs", "a/b")]
    [InlineData("/logs/a//b", "/s3/object", "", "logs", "a//b")]
    [InlineData("/logs//", "/s3/object", "", "logs", "/")]
    [InlineData("/logs/../other", "/s3/object", "", "logs", "../other")]
    [InlineData("/logs/x/../../v2/y", "/s3/object", "", "logs", "x/../../v2/y")]
    [InlineData("/logs/a%2Fb%252F", "/s3/object", "", "logs", "a%2Fb%252F")]
    [InlineData("/logs/dir/", "/s3/object", "", "logs", "dir/")]
    [InlineData("/logs/%ff", "/s3/object", "", "logs", "%ff")]
    [InlineData("/lo%67s/k", "/s3/object", "", "logs", "k")]
    [InlineData("/lo%zzs/k", "/s3/object", "", "lo%zzs", "k")]
    [InlineData("//x", "/s3/object", "", "", "x")]
    [InlineData("/healthy/x", "/s3/object", "", "healthy", "x")]
    [InlineData("/s3x", "/s3/bucket", "", "s3x", null)]
    public void S3_targets_keep_every_byte_of_the_key(string raw, string route, string mount, string? bucket, string? key)
    {
        var target = _parser.Parse(raw, "127.0.0.1:8080");

        Assert.Equal((Door.S3, route, mount, false), (target.Door, target.Route, target.Mount, target.VirtualHost));
        Assert.Equal((bucket, key), (target.Bucket, target.RawKey));
        Assert.Equal(raw.Split('?')[0], target.RawPath);
    }

    [Theory]
    [InlineData("logs.localhost:9000", "/v2/x", "logs", "v2/x")]
    [InlineData("LOGS.LocalHost", "/", "logs", null)]
    [InlineData("a.b.localhost", "/k", "a.b", "k")]
    [InlineData("logs.s3.example.com", "/s3/x", "logs", "s3/x")]
    [InlineData("logs.localhost.", "/../k", "logs", "../k")]
    [InlineData("logs.localhost", "/health", "logs", "health")]
    public void Virtual_hosts_serve_only_S3(string host, string raw, string bucket, string? key)
    {
        var target = _parser.Parse(raw, host);

        Assert.Equal((Door.S3, bucket, key, true), (target.Door, target.Bucket, target.RawKey, target.VirtualHost));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:80")]
    [InlineData("notlocalhost")]
    [InlineData(".localhost")]
    [InlineData("s3.example.com")]
    [InlineData("logs.other.com")]
    [InlineData("[::1]:8080")]
    [InlineData("")]
    public void Other_hosts_are_plain(string host) => Assert.Equal(Door.System, _parser.Parse("/health", host).Door);

    [Theory]
    [InlineData("/api/v1/buckets/a%20b", Door.Admin, "/admin/v1/buckets/a b", "/api/v1/buckets/a b")]
    [InlineData("/api", Door.Admin, "/admin", "/api")]
    [InlineData("/v2", Door.Oci, "/oci/base", "/v2")]
    [InlineData("/v2/?x", Door.Oci, "/oci/base", "/v2/")]
    [InlineData("/ui/x", Door.Ui, "/ui/x", "/ui/x")]
    [InlineData("/health/live?x=1", Door.System, "/system/health/live", "/health/live")]
    [InlineData("/metrics", Door.System, "/system/metrics", "/metrics")]
    [InlineData("/.well-known/x", Door.None, "/none", "/.well-known/x")]
    [InlineData("/auth", Door.None, "/none", "/auth")]
    [InlineData("/token?scope=x", Door.Oci, "/oci/token", "/token")]
    [InlineData("/token/x", Door.Oci, "/oci/token/x", "/token/x")]
    public void Reserved_names_lead_to_their_door_or_nowhere(string raw, Door door, string route, string path)
    {
        var target = _parser.Parse(raw, "127.0.0.1");

        Assert.Equal((door, route, path, null), (target.Door, target.Route, target.Path, target.Bucket));
    }

    [Theory]
    [InlineData("_catalog", "/oci/catalog", null, null)]
    [InlineData("_catalog/", "/none", null, null)]
    [InlineData("a/tags/list", "/oci/tags", "a", null)]
    [InlineData("a/b/c/tags/list", "/oci/tags", "a/b/c", null)]
    [InlineData("a/manifests/v1", "/oci/manifest", "a", "v1")]
    [InlineData("a/manifests/sha256%3Aab", "/oci/manifest", "a", "sha256:ab")]
    [InlineData("a/blobs/sha256:ab", "/oci/blob", "a", "sha256:ab")]
    [InlineData("a/referrers/sha256:ab", "/oci/referrers", "a", "sha256:ab")]
    [InlineData("a/blobs/uploads", "/oci/uploads", "a", null)]
    [InlineData("a/blobs/uploads/", "/oci/uploads", "a", null)]
    [InlineData("a/blobs/uploads/x?y", "/oci/upload", "a", "x")]
    [InlineData("A%20/manifests/-", "/oci/manifest", "A ", "-")]
    [InlineData("a/tags/list/tags/list", "/oci/tags", "a/tags/list", null)]
    [InlineData("a/blobs/uploads/blobs/uploads/", "/oci/uploads", "a/blobs/uploads", null)]
    [InlineData("a/blobs/uploads/blobs/uploads/x", "/oci/upload", "a/blobs/uploads", "x")]
    [InlineData("a/blobs/uploads/manifests/v1", "/oci/manifest", "a/blobs/uploads", "v1")]
    [InlineData("a/manifests/tags/list", "/oci/tags", "a/manifests", null)]
    [InlineData("a/manifests/manifests", "/oci/manifest", "a", "manifests")]
    [InlineData("a/manifests/", "/oci/manifest", "a", "")]
    [InlineData("a/referrers/blobs/x", "/oci/blob", "a/referrers", "x")]
    [InlineData("tags/list", "/none", null, null)]
    [InlineData("manifests/v1", "/none", null, null)]
    [InlineData("blobs/uploads/", "/none", null, null)]
    [InlineData("blobs/uploads/x", "/none", null, null)]
    [InlineData("a", "/none", null, null)]
    [InlineData("a/manifests", "/none", null, null)]
    [InlineData("a/tags/list/", "/none", null, null)]
    [InlineData("a/tags/lists", "/none", null, null)]
    [InlineData("a/blobs/uploads/x/y", "/none", null, null)]
    public void A_registrys_path_is_read_from_its_end(string raw, string route, string? repository, string? reference)
    {
        var target = _parser.Parse("/v2/" + raw, "127.0.0.1");

        Assert.Equal((Door.Oci, route, repository, reference), (target.Door, target.Route, target.Repository, target.Reference));
    }

    [Theory]
    [InlineData("/api//v1")]
    [InlineData("/v2//a/tags/list")]
    [InlineData("/v2/a%2Fb/tags/list")]
    [InlineData("/v2/a/../b")]
    [InlineData("/v2/a/%2e%2E/b")]
    [InlineData("/ui/.")]
    [InlineData("/api/a%2Fb")]
    [InlineData("/api/a%2fb")]
    [InlineData("/api/a%zz")]
    [InlineData("/api/a%ff")]
    [InlineData("/api/a%00")]
    public void Doors_with_structured_paths_refuse_what_could_be_read_in_two_ways(string raw)
    {
        var target = _parser.Parse(raw, "127.0.0.1");

        Assert.Equal(StoreError.InvalidUri, target.Refusal?.Error);
        Assert.Equal("/none", target.Route);
    }

    [Theory]
    [InlineData("http://h.example:8080/logs/k?x", "h.example:8080", "/logs/k")]
    [InlineData("HTTP://H.example/logs/k", "h.EXAMPLE", "/logs/k")]
    [InlineData("http://h.example:80/logs/k", "h.example", "/logs/k")]
    [InlineData("https://h.example/logs/k", "h.example:443", "/logs/k")]
    [InlineData("http://h.example", "h.example", "/")]
    [InlineData("http://h.example?x", "h.example", "/")]
    public void Absolute_targets_of_this_host_are_taken(string raw, string host, string path) =>
        Assert.Equal(path, _parser.Parse(raw, host).RawPath);

    [Theory]
    [InlineData("http://other/logs/k", "h.example")]
    [InlineData("http:///logs/k", "")]
    [InlineData("ftp://h.example/logs", "h.example")]
    [InlineData("*", "h.example")]
    [InlineData("h.example:443", "h.example")]
    [InlineData("", "h.example")]
    public void Other_forms_are_refused(string raw, string host) =>
        Assert.Equal(StoreError.InvalidUri, Assert.Throws<StoreException>(() => _parser.Parse(raw, host)).Error);

    [Fact]
    public void A_browser_is_shown_the_home_page_only_at_the_root_of_the_plain_host()
    {
        Assert.Equal(Door.Home, _parser.Parse("/", "127.0.0.1", asksForPage: true).Door);
        Assert.Equal(Door.S3, _parser.Parse("/logs", "127.0.0.1", asksForPage: true).Door);
        Assert.Equal(Door.S3, _parser.Parse("/", "logs.localhost", asksForPage: true).Door);
    }
}
