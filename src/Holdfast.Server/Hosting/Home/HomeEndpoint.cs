using System.Text;
using Holdfast.Server.Hosting.Observe;
using Holdfast.Server.Hosting.Target;

namespace Holdfast.Server.Hosting.Home;

/// <summary>
/// The page that a browser gets at <c>/</c>: what this is and where to go on. It asks nobody for anything and runs nothing.
/// </summary>
static class HomeEndpoint
{
    const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapHome(this IEndpointRouteBuilder routes, bool servesS3)
    {
        var page = Encoding.UTF8.GetBytes(HomePage.Html
            .Replace("{version}", ProgramVersion.Short, StringComparison.Ordinal)
            .Replace("{use}", servesS3 ? HomePage.UseS3 : "", StringComparison.Ordinal));
        routes.MapMethods(TargetRoutes.Home, [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, page))
            .WithMetadata(new OperationMetadata(Door.Home, "Home"));
    }

    static async Task WriteAsync(HttpContext context, byte[] page)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // The same address answers S3 clients with something else.
        headers.Vary = "Accept, Authorization";
        headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = page.Length;
        await context.Response.BodyWriter.WriteAsync(page, context.RequestAborted);
    }
}
