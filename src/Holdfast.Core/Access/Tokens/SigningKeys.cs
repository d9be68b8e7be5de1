namespace Holdfast.Core.Access.Tokens;

/// <summary>
/// The keys that tokens are signed with, shared by all nodes through the catalog: a new one every <see cref="RotateAfter"/>, each believed
/// for as long as what it signed may live. Looked up without I/O except for a key not met before. Thread safe.
/// </summary>
public sealed class SigningKeys(Catalog.Catalog catalog, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan RotateAfter = TimeSpan.FromDays(7);

    static readonly TimeSpan KeepFor = RotateAfter + BearerTokens.RefreshLifetime + TimeSpan.FromDays(1);

    // A token that names an unknown key makes a look at the catalog at most this often.
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _turn = new(1);
    volatile List<SigningKey> _keys = [];
    long _looked;

    /// <summary>The key to sign with now.</summary>
    public async ValueTask<SigningKey> NewestAsync(CancellationToken ct)
    {
        if (_keys is [var newest, ..] && clock.GetUtcNow() - newest.CreatedAt < RotateAfter)
            return newest;
        await _turn.WaitAsync(ct);
        try
        {
            if (_keys is [var latest, ..] && clock.GetUtcNow() - latest.CreatedAt < RotateAfter)
                return latest;
            var fresh = SigningKey.Generate();
            await catalog.WriteAsync(tx => SigningKeyTable.RotateAsync(tx, fresh, RotateAfter, KeepFor), ct);
            await LoadAsync(ct);
            return _keys[0];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Null when no node has such a key.</summary>
    public async ValueTask<SigningKey?> FindAsync(string id, CancellationToken ct)
    {
        if (Known(id) is { } known)
            return known;
        await _turn.WaitAsync(ct);
        try
        {
            if (Known(id) is null && (_looked == 0 || clock.GetElapsedTime(_looked) >= LookEvery))
                await LoadAsync(ct);
            return Known(id);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        foreach (var key in _keys)
            key.Dispose();
    }

    SigningKey? Known(string id)
    {
        foreach (var key in _keys)
        {
            if (key.Id == id)
                return key;
        }
        return null;
    }

    async ValueTask LoadAsync(CancellationToken ct)
    {
        _keys = await catalog.ReadAsync(SigningKeyTable.ListAsync, ct);
        _looked = clock.GetTimestamp();
    }
}
