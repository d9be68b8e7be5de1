using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Holdfast.Clients.Tests.Running;

namespace Holdfast.Clients.Tests.DotNet;

/// <summary>
/// Makes the AWS SDK for .NET speak to the server: path style and the server's certificate authority, all else as it ships.
/// </summary>
public static class SdkClient
{
    public static AmazonS3Client Create(Endpoint server) =>
        new(new BasicAWSCredentials(server.AccessKey, server.SecretKey), new AmazonS3Config
        {
            ServiceURL = server.Address,
            AuthenticationRegion = server.Region,
            ForcePathStyle = true,
            MaxErrorRetry = 1,
            HttpClientFactory = new TrustingFactory(server.CaFile),
        });

    /// <summary>A plain HTTP client that trusts the server; it follows no redirect.</summary>
    /// <param name="anyName">The server is known by its very certificate: no wildcard covers <c>BUCKET.localhost</c>.</param>
    public static HttpClient CreateHttp(string? caFile, bool anyName = false) => new(Handler(caFile, anyName));

    public static async Task<string> CreateBucketAsync(this IAmazonS3 s3)
    {
        var bucket = Names.Bucket("net");
        await s3.PutBucketAsync(bucket);
        return bucket;
    }

    public static async Task<PutObjectResponse> PutAsync(this IAmazonS3 s3, string bucket, string key, byte[] bytes) =>
        await s3.PutObjectAsync(new() { BucketName = bucket, Key = key, InputStream = new MemoryStream(bytes) });

    public static async Task<byte[]> GetAsync(this IAmazonS3 s3, GetObjectRequest request)
    {
        using var answer = await s3.GetObjectAsync(request);
        using MemoryStream bytes = new();
        await answer.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    static SocketsHttpHandler Handler(string? caFile, bool anyName)
    {
        SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        };
        if (caFile is not null && anyName)
        {
            var certificate = X509CertificateLoader.LoadCertificateFromFile(caFile);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && certificate.Equals(shown);
        }
        else if (caFile is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(caFile) },
            };
        }
        return handler;
    }

    sealed class TrustingFactory(string? caFile) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => CreateHttp(caFile);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
