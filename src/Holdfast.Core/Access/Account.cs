namespace Holdfast.Core.Access;

/// <summary>A user's access key and secret key, and who signs with them.</summary>
public sealed record Account(string AccessKey, string SecretKey, Principal Principal);
