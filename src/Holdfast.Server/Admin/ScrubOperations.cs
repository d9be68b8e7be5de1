using System.Text.Json.Nodes;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Admin;

/// <summary>Starts a full scrub and tells how far it is; root only.</summary>
static class ScrubOperations
{
    public static Task StartAsync(AdminCall call)
    {
        call.RequireRoot();
        return call.AnswerAsync(Describe(call.Store.Scrubs.Start()), StatusCodes.Status202Accepted);
    }

    public static Task GetAsync(AdminCall call)
    {
        call.RequireRoot();
        var run = call.Store.Scrubs.Current
            ?? throw new StoreException(StoreError.NoSuchResource, "no scrub was asked for since the server started: POST starts one");
        return call.AnswerAsync(Describe(run));
    }

    static JsonObject Describe(ScrubRun run) => new()
    {
        ["running"] = run.IsRunning,
        ["started_at"] = run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["blobs"] = run.Progress.Blobs,
        ["bytes"] = run.Progress.Bytes,
        ["damaged"] = run.Progress.Damaged,
        ["failure"] = run.Failure,
    };
}
