using System.Buffers.Text;
using System.Net;
using System.Text;
using Holdfast.Core.Access;
using Holdfast.Core.Access.Tokens;
using Holdfast.TestKit.Catalog;
using Holdfast.TestKit.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Server.Tests.Oci;

/// <summary>Tokens that are not good: each is refused with a challenge, and opens not even what is public.</summary>
public sealed class TokenForgeryTests(OciServer server) : IClassFixture<OciServer>
{
    const string Claims = "{\"iss\":\"holdfast\",\"aud\":\"holdfast\",\"nbf\":0,\"exp\":99999999999,\"sub\":\"alice-id\",\"access\":[]}";

    [Fact]
    public async Task A_token_signed_by_nothing_or_another_algorithm_is_refused()
    {
        var (head, claims, signature) = await GoodAsync();
        var kid = System.Text.Json.JsonDocument.Parse(Base64Url.DecodeFromChars(head)).RootElement.GetProperty("kid").GetString()!;

        foreach (var algorithm in (string[])["none", "None", "HS256", "RS256", "ES384", ""])
        {
            var forged = Encode($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{kid}}"}""");
            await RefusedAsync($"{forged}.{claims}.");
            await RefusedAsync($"{forged}.{claims}.{signature}");
        }
        await RefusedAsync($"{head}.{claims}.");
    }

    [Fact]
    public async Task A_token_signed_by_a_key_that_is_not_ours_is_refused()
    {
        var (head, _, _) = await GoodAsync();
        var kid = System.Text.Json.JsonDocument.Parse(Base64Url.DecodeFromChars(head)).RootElement.GetProperty("kid").GetString()!;
        foreach (var id in (string[])[kid, "other"])
        {
            using var key = SigningKey.Import(id, TimeProvider.System.GetUtcNow(), SigningKey.Generate());
            var signed = $"{Encode($$"""{"alg":"ES256","typ":"JWT","kid":"{{id}}"}""")}.{Encode(Claims)}";

            await RefusedAsync($"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}");
        }
    }

    [Fact]
    public async Task A_token_that_was_changed_anywhere_is_refused()
    {
        var (head, claims, signature) = await GoodAsync();
        var other = Encode(Claims);

        await RefusedAsync($"{head}.{other}.{signature}");
        await RefusedAsync($"{head}.{claims}.{Changed(signature)}");
        await RefusedAsync($"{head}.{Changed(claims)}.{signature}");
        await RefusedAsync($"{Changed(head)}.{claims}.{signature}");
        await RefusedAsync($"{head}.{claims}");
        await RefusedAsync($"{head}.{claims}.{signature}.{signature}");
        await RefusedAsync($"{Encode("{\"alg\":\"ES256\"}")}.{claims}.{signature}");
        await RefusedAsync($"{Encode("{\"alg\":1,\"kid\":[]}")}.{claims}.{signature}");
        await RefusedAsync($"{Encode("{\"alg\":\"ES256\",\"kid\":null}")}.{claims}.{signature}");
        await RefusedAsync($"{Encode("[]")}.{claims}.{signature}");
        await RefusedAsync("..");
        await RefusedAsync("~.~.~");
        await RefusedAsync(new string('a', 7000));
    }

    [Fact]
    public async Task A_token_of_another_server_is_refused()
    {
        await using var elsewhere = await OciServer.StartAsync();
        using var alice = OciServer.ClientOf(elsewhere, "alice");
        var token = (await alice.GetAsync("/token?scope=registry:catalog:*")).ExpectOk().Json.GetProperty("token").GetString();

        await RefusedAsync(token!);
    }

    [Fact]
    public async Task A_token_ends_some_minutes_after_it_was_made()
    {
        var clock = new MovableClock();
        await using var own = await OciServer.StartAsync(options: new ServerOptions
        {
            Services = services => services.AddSingleton(provider => new BearerTokens(
                provider.GetRequiredService<SigningKeys>(), provider.GetRequiredService<Accounts>(), clock)),
        });
        using var alice = OciServer.ClientOf(own, "alice");
        var answer = (await alice.GetAsync("/token?offline_token=true")).ExpectOk().Json;
        using var client = new OciClient(own, $"Bearer {answer.GetProperty("token").GetString()}");
        var form = Encoding.ASCII.GetBytes($"grant_type=refresh_token&refresh_token={answer.GetProperty("refresh_token").GetString()}");

        clock.Advance(TimeSpan.FromSeconds(answer.GetProperty("expires_in").GetInt32() - 1));
        (await client.GetAsync("/v2/")).ExpectOk();
        clock.Advance(TimeSpan.FromMinutes(2));
        (await client.GetAsync("/v2/")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await alice.PostAsync("/token", form)).ExpectOk();
        clock.Advance(TimeSpan.FromDays(31));
        (await alice.PostAsync("/token", form)).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task A_token_from_the_future_is_refused()
    {
        var clock = new MovableClock();
        await using var own = await OciServer.StartAsync(options: new ServerOptions
        {
            Services = services => services.AddSingleton(provider => new BearerTokens(
                provider.GetRequiredService<SigningKeys>(), provider.GetRequiredService<Accounts>(), clock)),
        });
        using var alice = OciServer.ClientOf(own, "alice");
        var answer = (await alice.GetAsync("/token")).ExpectOk().Json;
        using var client = new OciClient(own, $"Bearer {answer.GetProperty("token").GetString()}");

        clock.Advance(TimeSpan.FromMinutes(-10));

        (await client.GetAsync("/v2/")).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    async Task<(string Head, string Claims, string Signature)> GoodAsync()
    {
        var token = (await server.Alice.GetAsync("/token")).ExpectOk().Json.GetProperty("token").GetString()!;
        (await server.With($"Bearer {token}").GetAsync("/v2/")).ExpectOk();
        var parts = token.Split('.');
        return (parts[0], parts[1], parts[2]);
    }

    async Task RefusedAsync(string token)
    {
        var name = await server.RepositoryAsync(isPublic: true);
        var client = server.With($"Bearer {token}");

        foreach (var target in (string[])["/v2/", $"/v2/{name}/tags/list"])
        {
            var refused = (await client.GetAsync(target)).Expect(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
            Assert.StartsWith("Bearer realm=\"", refused.Challenge, StringComparison.Ordinal);
        }
    }

    static string Changed(string part) => (part[0] == 'A' ? 'B' : 'A') + part[1..];

    static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
