using Holdfast.Protocol.Errors;
using Holdfast.Server.Hosting.Observe;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>
/// The one place where a refusal becomes an answer and where a fault is logged. Faults reach nobody: the client is told only the request's
/// id.
/// </summary>
sealed class RefusalMiddleware(
    RequestDelegate next, DialectChoice dialects, IHostApplicationLifetime life, OutageLog outages, ILogger<RefusalMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault)
        {
            await AnswerAsync(context, fault);
            return;
        }

        if (context.Response.StatusCode >= 400 && IsFrameworks(context) && FrameworkRefusals.Of(context) is { } refusal)
            await WriteAsync(context, refusal);
    }

    /// <summary>No endpoint of ours set the status: routing did, with an empty body.</summary>
    static bool IsFrameworks(HttpContext context) =>
        !context.Response.HasStarted && context.GetEndpoint()?.Metadata.GetMetadata<OperationMetadata>() is null;

    Task AnswerAsync(HttpContext context, Exception fault) => fault switch
    {
        StoreException refusal => WriteAsync(context, refusal),
        _ when context.RequestAborted.IsCancellationRequested => NoteAbort(context),
        BadHttpRequestException bad => WriteAsync(context, FrameworkRefusals.Of(bad)),
        OperationCanceledException when life.ApplicationStopping.IsCancellationRequested =>
            WriteAsync(context, new StoreException(StoreError.ShuttingDown, "the server is stopping", fault)),
        _ => WriteAsync(context, new StoreException(StoreError.Internal, "the server met an internal error", fault)),
    };

    /// <summary>Which file or step failed is the operator's to know.</summary>
    static StoreException ForClient(StoreException refusal) => refusal.Error switch
    {
        StoreError.StorageFull => new(refusal.Error, "the store is full: nothing can be added until there is room again", refusal),
        StoreError.StorageUnavailable => new(refusal.Error, "the store cannot be used now; try again later", refusal),
        _ => refusal,
    };

    /// <summary>The client has gone: there is nobody to answer.</summary>
    static Task NoteAbort(HttpContext context)
    {
        RequestRecord.Of(context).AbortedByClient = true;
        return Task.CompletedTask;
    }

    async Task WriteAsync(HttpContext context, StoreException refusal)
    {
        if (refusal.Error == StoreError.Internal)
            log.Fault(refusal.InnerException ?? refusal, context.TraceIdentifier, context.Request.Method);
        outages.Note(refusal);
        var dialect = dialects.For(context);
        var record = RequestRecord.Of(context);
        record.ErrorCode = dialect.Code(refusal.Error);
        if (context.Response.HasStarted)
        {
            record.Truncated = true;
            context.Abort();
            return;
        }

        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        if (allow.Count > 0)
            context.Response.Headers.Allow = allow;
        RequestIdentity.Stamp(context);
        try
        {
            await dialect.WriteAsync(context, ForClient(refusal));
        }
        catch (Exception fault) when (context.RequestAborted.IsCancellationRequested || fault is IOException)
        {
            record.AbortedByClient = true;
        }
    }
}
