using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.Oci;

namespace Holdfast.Core.Access.Tokens;

/// <summary>
/// Tokens of the registry (Docker registry token authentication; RFC 7519): signed by ES256, good for a few minutes, naming who asks and
/// what was granted. A refresh token names its user only, and ends when the user's secret key changes. Thread safe.
/// </summary>
public sealed class BearerTokens(SigningKeys keys, Accounts accounts, TimeProvider clock)
{
    public const string Service = "holdfast";

    const string Issuer = "holdfast";

    /// <summary>Docker takes 60 s at least.</summary>
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(30);

    // Nodes' clocks may differ.
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>A token for <paramref name="who"/> with exactly these grants; null is a caller without credentials.</summary>
    public ValueTask<string> IssueAccessAsync(Account? who, IReadOnlyList<TokenScope> grants, CancellationToken ct) =>
        IssueAsync(
            AccessLifetime,
            json =>
            {
                json.WriteString("sub", who?.Principal.Id ?? "");
                json.WriteStartArray("access");
                foreach (var grant in grants)
                {
                    json.WriteStartObject();
                    json.WriteString("type", grant.Type);
                    json.WriteString("name", grant.Name);
                    json.WriteStartArray("actions");
                    foreach (var action in grant.Actions)
                        json.WriteStringValue(action);
                    json.WriteEndArray();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            },
            ct);

    /// <summary>A token that is traded for access tokens and never opens anything itself.</summary>
    public ValueTask<string> IssueRefreshAsync(Account who, CancellationToken ct) => IssueAsync(
        RefreshLifetime,
        json =>
        {
            json.WriteString("sub", who.Principal.Id);
            json.WriteString("refresh", Fingerprint(who));
        },
        ct);

    /// <summary>Who the access token speaks for, and its grants. Throws TokenInvalid or TokenExpired.</summary>
    public async ValueTask<AccessToken> ReadAccessAsync(string token, CancellationToken ct)
    {
        using var claims = await ReadAsync(token, ct);
        if (!claims.RootElement.TryGetProperty("access", out var access))
            throw Invalid("it is no access token");
        var grants = access.EnumerateArray().Select(grant => new TokenScope(
            grant.GetProperty("type").GetString()!,
            grant.GetProperty("name").GetString()!,
            [.. grant.GetProperty("actions").EnumerateArray().Select(action => action.GetString()!)]));
        var subject = claims.RootElement.GetProperty("sub").GetString()!;
        var account = subject.Length == 0 ? null : accounts.FindById(subject) ?? throw Invalid("its user is no longer known");
        return new AccessToken(account, [.. grants]);
    }

    /// <summary>The account that a refresh token was made for. Throws TokenInvalid or TokenExpired.</summary>
    public async ValueTask<Account> ReadRefreshAsync(string token, CancellationToken ct)
    {
        using var claims = await ReadAsync(token, ct);
        if (!claims.RootElement.TryGetProperty("refresh", out var fingerprint))
            throw Invalid("it is no refresh token");
        var account = accounts.FindById(claims.RootElement.GetProperty("sub").GetString()!);
        return account is not null && fingerprint.GetString() == Fingerprint(account)
            ? account
            : throw Invalid("its user is no longer known or has another secret key");
    }

    async ValueTask<string> IssueAsync(TimeSpan lifetime, Action<Utf8JsonWriter> claims, CancellationToken ct)
    {
        var key = await keys.NewestAsync(ct);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var head = Encode(json =>
        {
            json.WriteString("alg", "ES256");
            json.WriteString("typ", "JWT");
            json.WriteString("kid", key.Id);
        });
        var body = Encode(json =>
        {
            json.WriteString("iss", Issuer);
            json.WriteString("aud", Service);
            json.WriteNumber("iat", now);
            json.WriteNumber("nbf", now);
            json.WriteNumber("exp", now + (long)lifetime.TotalSeconds);
            json.WriteString("jti", Guid.NewGuid().ToString("N"));
            claims(json);
        });
        var signed = $"{head}.{body}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The claims of a token that is signed by one of our keys, for us, and good now.</summary>
    async ValueTask<JsonDocument> ReadAsync(string token, CancellationToken ct)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            throw Invalid("it has not the three parts of a token");
        JsonDocument? claims = null;
        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            // RFC 8725, section 3.1: the algorithm is ours to choose, never the token's.
            if (head.RootElement.GetProperty("alg").GetString() != "ES256")
                throw Invalid("it is not signed by ES256");
            var key = await keys.FindAsync(head.RootElement.GetProperty("kid").GetString()!, ct) ?? throw Invalid("its key is not known");
            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            if (!key.Verify(signed, Base64Url.DecodeFromChars(parts[2])))
                throw Invalid("its signature is wrong");
            claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            Require(claims.RootElement);
            return claims;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            claims?.Dispose();
            throw Invalid("it cannot be read");
        }
        catch
        {
            claims?.Dispose();
            throw;
        }
    }

    void Require(JsonElement claims)
    {
        if (claims.GetProperty("iss").GetString() != Issuer || claims.GetProperty("aud").GetString() != Service)
            throw Invalid("it is meant for another service");
        var now = clock.GetUtcNow();
        if (now - Skew >= DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()))
            throw new StoreException(StoreError.TokenExpired, "the token has expired");
        if (now + Skew < DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("nbf").GetInt64()))
            throw Invalid("it is not good yet");
    }

    static string Encode(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Base64Url.EncodeToString(buffer.ToArray());
    }

    // Tells nothing of the secret, and is another for another secret.
    static string Fingerprint(Account account) => Base64Url.EncodeToString(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(account.SecretKey), "holdfast refresh token"u8).AsSpan(0, 12));

    static StoreException Invalid(string why) => new(StoreError.TokenInvalid, $"the token is not good: {why}");
}

/// <summary>What an access token says. A null account: a caller without credentials.</summary>
public sealed record AccessToken(Account? Account, IReadOnlyList<TokenScope> Grants)
{
    public bool Allows(string type, string name, string action)
    {
        foreach (var grant in Grants)
        {
            if (grant.Type == type && grant.Name == name && grant.Allows(action))
                return true;
        }
        return false;
    }
}
