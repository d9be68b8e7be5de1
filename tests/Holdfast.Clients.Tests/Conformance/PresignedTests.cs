using Holdfast.Clients.Tests.Conformance.Wire;

namespace Holdfast.Clients.Tests.Conformance;

public sealed class PresignedTests(ServerUnderTest server)
{
    readonly S3Wire _s3 = server.Wire;

    [Fact]
    public async Task Every_method_can_be_given_away()
    {
        var at = $"{await _s3.BucketAsync()}/a key+ü%25";

        (await _s3.SendAsync(new("PUT", _s3.Presign(new("PUT", Keys.InPath(at)))) { Body = "text"u8.ToArray() })).Ok();
        Assert.Equal("text", (await _s3.SendAsync(new("GET", _s3.Presign(new("GET", Keys.InPath(at)))))).Ok().Text);
        (await _s3.SendAsync(new("HEAD", _s3.Presign(new("HEAD", Keys.InPath(at)))))).Ok();
        (await _s3.SendAsync(new("DELETE", _s3.Presign(new("DELETE", Keys.InPath(at)))))).Is(204);
        (await _s3.SendAsync(new("GET", _s3.Presign(new("GET", Keys.InPath(at)))))).Refused(404, "NoSuchKey");
    }

    [Theory]
    [InlineData("p+q")]
    [InlineData("c!d")]
    [InlineData("x%2Fy")]
    [InlineData("%c3%a9")]
    [InlineData("k=v;'()*@,:$&")]
    public async Task The_path_may_be_signed_as_it_is_sent(string key)
    {
        var at = $"{await _s3.BucketAsync()}/{key}";

        (await _s3.PutAsync(at, "text")).Ok();
        Assert.Equal("text", (await _s3.SendAsync(new("GET", _s3.Presign(new("GET", at))))).Ok().Text);
        (await _s3.SendAsync(new("GET", _s3.Presign(new("GET", at)).Replace(key, "other", StringComparison.Ordinal)))).Is(403);
    }

    // As the AWS SDKs for JavaScript and Go presign.
    [Fact]
    public async Task Headers_that_were_moved_into_the_query_count()
    {
        var at = $"{await _s3.BucketAsync()}/key";
        const string Moved = "x-amz-acl=public-read&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-meta-name=Gr%C3%B6%C3%9Fe"
            + "&x-amz-sdk-checksum-algorithm=CRC32&x-amz-tagging=a%3D1%26b%3D2";

        (await _s3.SendAsync(new("PUT", _s3.Presign(new("PUT", $"{at}?{Moved}"))) { Body = "text"u8.ToArray() })).Ok();

        // Unsigned, because it is public now.
        var head = (await _s3.SendAsync(new("HEAD", at))).Ok();
        Assert.Equal("Größe", head["x-amz-meta-name"]);
        Assert.Equal("2", head["x-amz-tagging-count"]);
    }

    [Fact]
    public async Task A_copy_source_that_was_moved_into_the_query_is_copied()
    {
        var bucket = await _s3.BucketAsync();
        (await _s3.PutAsync($"{bucket}/from", "text")).Ok();
        var source = Uri.EscapeDataString($"{bucket[1..]}/from");

        (await _s3.SendAsync(new("PUT", _s3.Presign(new("PUT", $"{bucket}/to?x-amz-copy-source={source}"))))).Ok();
        (await _s3.PutAsync($"{bucket}/plain?x-amz-copy-source={source}", "own")).Ok();

        Assert.Equal("text", (await _s3.GetAsync($"{bucket}/to")).Ok().Text);
        Assert.Equal("own", (await _s3.GetAsync($"{bucket}/plain")).Ok().Text);
    }

    [Theory]
    [InlineData("x-amz-acl=bogus", 400, "InvalidArgument")]
    [InlineData("x-amz-storage-class=BOGUS", 400, "InvalidStorageClass")]
    [InlineData("x-amz-server-side-encryption=AES256", 501, "NotImplemented")]
    [InlineData("x-amz-expected-bucket-owner=111111111111", 403, "AccessDenied")]
    public async Task What_a_header_would_be_refused_for_is_refused_in_the_query(string moved, int status, string code)
    {
        var at = $"{await _s3.BucketAsync()}/key";

        (await _s3.SendAsync(new("PUT", _s3.Presign(new("PUT", $"{at}?{moved}"))) { Body = "text"u8.ToArray() })).Refused(status, code);
    }

    [Theory]
    [InlineData("1", 200, "")]
    [InlineData("604800", 200, "")]
    [InlineData("604801", 400, "AuthorizationQueryParametersError")]
    [InlineData("0", 403, "AccessDenied")]
    [InlineData("-1", 400, "AuthorizationQueryParametersError")]
    [InlineData("1.5", 400, "AuthorizationQueryParametersError")]
    [InlineData("soon", 400, "AuthorizationQueryParametersError")]
    [InlineData("", 400, "AuthorizationQueryParametersError")]
    [InlineData("99999999999999999999", 400, "AuthorizationQueryParametersError")]
    public async Task It_is_valid_for_a_second_to_a_week(string expires, int status, string code)
    {
        var bucket = await _s3.BucketAsync();

        var answer = await _s3.SendAsync(new(
            "GET", _s3.Presign(new("GET", bucket) { At = TimeProvider.System.GetUtcNow().AddSeconds(expires == "1" ? 1 : 0) }, expires)));

        _ = status == 200 ? answer.Ok() : answer.Refused(status, code);
    }

    [Fact]
    public async Task After_its_time_it_is_expired()
    {
        var bucket = await _s3.BucketAsync();
        var old = _s3.Presign(new("GET", bucket) { At = TimeProvider.System.GetUtcNow().AddMinutes(-2) }, "60");

        Assert.Contains(
            "expired", (await _s3.SendAsync(new("GET", old))).Refused(403, "AccessDenied").One("Message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_its_time_it_is_not_yet_valid()
    {
        var bucket = await _s3.BucketAsync();

        (await _s3.SendAsync(new("GET", _s3.Presign(new("GET", bucket) { At = TimeProvider.System.GetUtcNow().AddHours(1) })))).Is(403);
    }

    [Theory]
    [InlineData("X-Amz-Algorithm")]
    [InlineData("X-Amz-Credential")]
    [InlineData("X-Amz-Date")]
    [InlineData("X-Amz-Expires")]
    [InlineData("X-Amz-SignedHeaders")]
    public async Task Each_parameter_is_needed(string parameter)
    {
        var url = _s3.Presign(new("GET", await _s3.BucketAsync())).Split('?');
        var target = $"{url[0]}?{string.Join('&', url[1].Split('&').Where(pair => !pair.StartsWith(parameter, StringComparison.Ordinal)))}";

        (await _s3.SendAsync(new("GET", target))).Refused(400, "AuthorizationQueryParametersError");
    }

    [Theory]
    [InlineData("GET", "&X-Amz-Signature", "&acl&X-Amz-Signature", 403)]
    [InlineData("GET", "X-Amz-Expires=60", "X-Amz-Expires=600", 403)]
    [InlineData("GET", "aws4_request", "aws4_reguest", 400)]
    [InlineData("GET", "us-east-1", "mars-north-1", 400)]
    [InlineData("GET", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", 400)]
    [InlineData("DELETE", "", "", 403)]
    public async Task What_was_changed_is_refused(string method, string from, string to, int status)
    {
        var url = _s3.Presign(new("GET", await _s3.BucketAsync()));

        (await _s3.SendAsync(new(method, from.Length == 0 ? url : url.Replace(from, to, StringComparison.Ordinal)))).Is(status);
    }

    [Fact]
    public async Task Headers_of_ours_must_be_signed()
    {
        var at = $"{await _s3.BucketAsync()}/key";
        WireRequest put = new("PUT", at) { Headers = [("x-amz-acl", "public-read"), ("x-amz-meta-a", "b")], Body = [1] };

        (await _s3.SendAsync(put with { Target = _s3.Presign(new("PUT", at)) })).Is(403);
        (await _s3.SendAsync(put with { Target = _s3.Presign(put), Headers = [] })).Is(403);
        (await _s3.SendAsync(put with { Target = _s3.Presign(put) })).Ok();

        Assert.Equal("b", (await _s3.HeadAsync(at)).Ok()["x-amz-meta-a"]);
    }

    [Fact]
    public async Task A_checksum_that_comes_only_as_a_parameter_is_ignored()
    {
        var at = $"{await _s3.BucketAsync()}/key"; // the JavaScript SDK presigns the sum of an empty body

        (await _s3.SendAsync(new(
            "PUT", _s3.Presign(new("PUT", $"{at}?x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32&x-id=PutObject")))
        {
            Body = "text"u8.ToArray(),
        })).Ok();

        Assert.Equal("text", (await _s3.GetAsync(at)).Ok().Text);
    }
}
