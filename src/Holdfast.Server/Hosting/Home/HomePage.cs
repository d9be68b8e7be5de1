namespace Holdfast.Server.Hosting.Home;

/// <summary>The page itself, in one piece: no script, no image, nothing from elsewhere.</summary>
static class HomePage
{
    /// <summary>What stands for <c>{use}</c> where S3 is served.</summary>
    public const string UseS3 = """
    <h2>Use it</h2>
    <p>It speaks the S3 API at this address, so any S3 client works with its endpoint set to it and a pair of keys, which whoever runs this
    server can give you:</p>
    <pre>aws --endpoint-url http://ADDRESS s3 mb s3://artifacts
    aws --endpoint-url http://ADDRESS s3 cp file s3://artifacts/</pre>

    """;

    public const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Holdfast</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1.25rem; }
        h1 { font-size: 2rem; margin-bottom: 0; }
        .version { opacity: .65; margin-top: .25rem; }
        code, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
        pre { padding: 1rem; overflow-x: auto; border: 1px solid #8884; border-radius: .5rem; }
        </style>
        </head>
        <body>
        <h1>Holdfast</h1>
        <p class="version">holdfastd {version}</p>
        <p>This is a content-addressable artifact store. Every object is kept under the SHA-256 of its bytes, checked when it comes in and
        whenever it goes out.</p>
        {use}<h2>Read more</h2>
        <p>The documentation comes with the source, in its folder <code>docs</code>: <code>GETTING_STARTED.md</code> to begin with,
        a page for each API with every operation, and <code>operate</code> for settings, metrics, durability and backup.
        <code>holdfastd --help</code> tells what this program can be told.</p>
        <h2>Is it well?</h2>
        <p><a href="/health">/health</a> tells whether it can serve, <a href="/livez">/livez</a> whether it is alive.</p>
        </body>
        </html>

        """;
}
