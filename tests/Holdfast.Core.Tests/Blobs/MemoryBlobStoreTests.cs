using Holdfast.Core.Blobs;
using Holdfast.TestKit.Blobs;

namespace Holdfast.Core.Tests.Blobs;

public sealed class MemoryBlobStoreTests : BlobStoreSuite
{
    protected override ValueTask<IBlobStore> OpenStoreAsync() => ValueTask.FromResult<IBlobStore>(new MemoryBlobStore());
}
