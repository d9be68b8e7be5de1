using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Tests.Hosting.Target;

/// <summary>What holds for every target, however odd.</summary>
public sealed class TargetProperties
{
    const int Runs = 5000;

    static readonly string[] Pieces =
    [
        "/", "//", ".", "..", "%2e", "%2E%2e", "%2F", "%2f", "%252F", "%5C", "%", "%4", "%zz", "%00", "%ff", "%C3%A9", "a", "b", "\\", "é",
        "blobs", "uploads", "manifests", "tags", "list", "referrers", "_catalog",
        "s3", "v2", "api", "ui", "health", "metrics", "token", "logs", "h", "http://", "X-Amz-Signature=",
        "?", "=", "&", "+", " ", ":", "@", ";", "*",
    ];

    static readonly Arbitrary<string> Targets = Gen.Elements(Pieces).ListOf()
        .Select(pieces => string.Concat(pieces))
        .ToArbitrary();

    static readonly Arbitrary<string> Hosts = Gen
        .Elements("h", "h:80", "logs.localhost", "a.b.localhost:9000", "localhost", "", "[::1]:80", "x.localhost.")
        .ToArbitrary();

    readonly TargetParser _parser = new(["localhost"]);

    [Fact]
    public void A_target_is_parsed_or_refused_as_a_bad_address_and_nothing_else_happens() => Check((raw, host) =>
    {
        try
        {
            var target = _parser.Parse(raw, host);
            return target.RawPath.StartsWith('/') && target.Route.StartsWith('/') && !target.RawPath.Contains('?');
        }
        catch (StoreException refusal)
        {
            return refusal.Error == StoreError.InvalidUri;
        }
    });

    [Fact]
    public void An_S3_target_says_exactly_what_was_sent() => Check((raw, host) =>
    {
        if (TryParse("/" + raw, host) is not { Door: Door.S3 } target)
            return true;
        var query = raw.Contains('?') ? "?" + target.RawQuery : "";
        if (target.RawPath + query != "/" + raw)
            return false;
        if (target.RawKey is null)
            return true;
        var beforeKey = target.VirtualHost ? "/" : target.RawPath[..(target.RawPath.IndexOf('/', target.Mount.Length + 1) + 1)];
        return target.RawPath == beforeKey + target.RawKey;
    });

    [Fact]
    public void A_structured_path_can_be_read_in_one_way_only() => Check((raw, host) =>
    {
        if (TryParse("/" + raw, host) is not { Door: not Door.S3, Refusal: null } target)
            return true;
        var segments = target.Path.Split('/')[1..];
        return segments.All(segment => segment is not ("." or "..")) && segments[..^1].All(segment => segment.Length > 0)
            && !target.RawPath.Contains("%2f", StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void A_virtual_host_serves_only_S3() => Check((raw, _) =>
        TryParse("/" + raw, "logs.localhost") is { Door: Door.S3, Bucket: "logs", VirtualHost: true });

    [Fact]
    public void The_route_never_holds_what_the_client_chose_for_S3() => Check((raw, host) =>
        TryParse("/" + raw, host) is not { Door: Door.S3 } target || target.Route is "/s3/service" or "/s3/bucket" or "/s3/object");

    [Fact]
    public void A_registrys_repository_and_reference_are_pieces_of_the_path() => Check((raw, host) =>
    {
        if (TryParse("/v2/" + raw, host) is not { Door: Door.Oci, Refusal: null } target)
            return true;
        return target.Route is "/none" or "/oci/base" or "/oci/catalog"
            ? target.Repository is null && target.Reference is null
            : target.Path.StartsWith($"/v2/{target.Repository}/", StringComparison.Ordinal)
                && target.Path.EndsWith(target.Reference is null ? "" : $"/{target.Reference}", StringComparison.Ordinal)
                && target.Reference?.Contains('/') != true;
    });

    RequestTarget? TryParse(string raw, string host)
    {
        try
        {
            return _parser.Parse(raw, host);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    static void Check(Func<string, string, bool> holds) =>
        Prop.ForAll(Targets, Hosts, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
}
