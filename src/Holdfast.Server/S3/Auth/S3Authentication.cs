using Holdfast.Core.Access;
using Holdfast.Protocol;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.SigV2;
using Holdfast.Protocol.S3.SigV4;
using Holdfast.Server.Hosting.Observe;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Server.S3.Auth;

/// <summary>
/// Finds out who signed an S3 request: SigV4 by header or presigned query, a presigned query of version 2, Basic, or nobody. No I/O. Thread
/// safe.
/// </summary>
public sealed class S3Authentication(Accounts accounts, SigV4Verifier verifier, TimeProvider clock)
{
    /// <summary>Sets who asks and how the body is covered. Throws the refusals of AWS for every malformed or wrong signature.</summary>
    public void Authenticate(S3Call call)
    {
        if (PresignedV2.Find(call.Query) is { } presigned)
            VerifyV2(call, presigned);
        else if (SigV4Authorization.Find(call.Query, call.Header) is { } authorization)
            Verify(call, authorization);
        else if (call.Header("Authorization") is { Length: > 0 } header)
            VerifyBasic(call, header);
        else
            call.Payload = new S3Payload(
                PayloadForm.Parse(call.Header("x-amz-content-sha256")) ?? new PayloadForm(PayloadKind.Unsigned), null, false);
    }

    void Verify(S3Call call, SigV4Authorization authorization)
    {
        var now = clock.GetUtcNow();
        verifier.Check(authorization, now);
        var account = accounts.Find(authorization.AccessKeyId) ?? throw UnknownKey(authorization.AccessKeyId);
        if (authorization.SecurityToken is not null)
            throw new StoreException(
                StoreError.TokenInvalid, "The provided token is malformed or otherwise invalid: this server issues no session tokens.");
        var request = new SigV4Request(
            call.Http.Request.Method, call.Target.RawPath, call.Query, call.TextHeader, call.Http.Request.Headers.Keys);
        var signature = verifier.Open(authorization, request, account.SecretKey, now);
        call.Payload = Cover(call, authorization, signature);
        if (authorization.IsPresigned)
            call.TakeQueryHeaders();
        Accept(call, account);
    }

    // specs: s3, rule 1: without x-amz-content-sha256 the signature may cover UNSIGNED-PAYLOAD, no body, or the body's hash.
    static S3Payload Cover(S3Call call, SigV4Authorization authorization, SigV4Signature signature)
    {
        var header = call.Header("x-amz-content-sha256");
        if (authorization.IsPresigned && (header is null || !IsStreaming(header)))
        {
            var form = PayloadForm.Parse(header);
            var payload = header is not null && call.Query.Find("X-Amz-Content-Sha256") is null && signature.Matches(header)
                ? header
                : call.Query.Find("X-Amz-Content-Sha256") ?? SigV4Signature.UnsignedPayload;
            signature.Require(payload);
            return new S3Payload(form ?? PayloadForm.Parse(payload)!.Value, signature, false);
        }
        if (header is not null)
        {
            var form = PayloadForm.Parse(header)!.Value;
            signature.Require(header);
            RequireEmpty(call, form);
            return new S3Payload(form, signature, false);
        }
        var unsigned = new PayloadForm(PayloadKind.Unsigned);
        if (signature.Matches(SigV4Signature.UnsignedPayload))
            return new S3Payload(unsigned, signature, false);
        if (call.Http.Request.ContentLength is > 0)
            return new S3Payload(unsigned, signature, true);
        signature.Require(SigV4Signature.EmptyPayload);
        return new S3Payload(unsigned, signature, false);
    }

    // A body is checked where it is read; a request without one is read by nobody.
    static void RequireEmpty(S3Call call, PayloadForm form)
    {
        var hasBody = call.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
        if (hasBody || form.Kind != PayloadKind.Hex || form.Digest == Digest.Empty)
            return;
        throw new StoreException(
            StoreError.ContentSha256Mismatch, "The provided 'x-amz-content-sha256' header does not match what was computed.")
        {
            Details = [new("ClientComputedContentSHA256", form.Digest.Hex), new("S3ComputedContentSHA256", Digest.Empty.Hex)],
        };
    }

    // The body of a version 2 request is not covered; its checksums are checked as always.
    void VerifyV2(S3Call call, PresignedV2 presigned)
    {
        var account = accounts.Find(presigned.AccessKeyId) ?? throw UnknownKey(presigned.AccessKeyId);
        var resource = call.Target.VirtualHost ? $"/{call.Target.Bucket}{call.Target.RawPath}" : call.Target.RawPath;
        var headers = call.Http.Request.Headers.Keys;
        presigned.Verify(call.Http.Request.Method, resource, call.Query, call.TextHeader, headers, account.SecretKey, clock.GetUtcNow());
        call.TakeQueryHeaders();
        Accept(call, account);
    }

    static bool IsStreaming(string header) => header.StartsWith("STREAMING-", StringComparison.Ordinal);

    void VerifyBasic(S3Call call, string header)
    {
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            throw new StoreException(
                StoreError.SignatureVersionUnsupported,
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
        var account = BasicCredentials.Find(accounts, header)
            ?? throw new StoreException(StoreError.AccessKeyUnknown, "The access key or the secret key of the Basic credentials is wrong.");
        call.Payload = new S3Payload(
            PayloadForm.Parse(call.Header("x-amz-content-sha256")) ?? new PayloadForm(PayloadKind.Unsigned), null, false);
        Accept(call, account);
    }

    static void Accept(S3Call call, Account account)
    {
        call.Who = account.Principal;
        RequestRecord.Of(call.Http).AccessKey = account.AccessKey;
    }

    static StoreException UnknownKey(string accessKey) => new(
        StoreError.AccessKeyUnknown,
        "The AWS Access Key Id you provided does not exist in our records.")
    {
        Details = [new("AWSAccessKeyId", accessKey)],
    };
}
