using Holdfast.Protocol.S3.SigV4;

namespace Holdfast.Server.S3.Auth;

/// <summary>
/// How the body is framed and what the signature says of it. <paramref name="Signature"/> is set for signed requests;
/// <paramref name="IsPostponed"/> means that the signature can be judged only when the body's hash is known.
/// </summary>
public sealed record S3Payload(PayloadForm Form, SigV4Signature? Signature, bool IsPostponed)
{
    public static readonly S3Payload Unsigned = new(new PayloadForm(PayloadKind.Unsigned), null, false);
}
