using System.Text;
using Holdfast.Protocol.Errors;

namespace Holdfast.Server.Hosting.Errors;

/// <summary>The row of each <see cref="StoreError"/> in the admin API's problem+json.</summary>
public static class ProblemTable
{
    static readonly string[] Codes = [.. Enum.GetNames<StoreError>().Select(SnakeCase)];
    static readonly string[] Classes = [.. Enum.GetNames<StoreErrorClass>().Select(SnakeCase)];

    /// <summary><c>no_such_bucket</c>.</summary>
    public static string Code(StoreError error) => Codes[(int)error];

    /// <summary><c>supply_chain</c>.</summary>
    public static string Class(StoreError error) => Classes[(int)error.Class()];

    public static int Status(StoreError error) => error switch
    {
        StoreError.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        StoreError.NotAcceptable => StatusCodes.Status406NotAcceptable,
        StoreError.RequestTimeout => StatusCodes.Status408RequestTimeout,
        StoreError.LengthRequired => StatusCodes.Status411LengthRequired,
        StoreError.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        StoreError.EntityTooLarge or StoreError.ManifestTooLarge => StatusCodes.Status413PayloadTooLarge,
        StoreError.InvalidRange or StoreError.UploadOutOfOrder => StatusCodes.Status416RangeNotSatisfiable,
        StoreError.RequestHeaderTooLarge => StatusCodes.Status431RequestHeaderFieldsTooLarge,
        StoreError.NotImplemented => StatusCodes.Status501NotImplemented,
        StoreError.ConditionalConflict or StoreError.OperationAborted => StatusCodes.Status409Conflict,
        >= StoreError.NoSuchBucket and <= StoreError.NoSuchInventory => StatusCodes.Status404NotFound,
        >= StoreError.BucketAlreadyExists and <= StoreError.NameReserved => StatusCodes.Status409Conflict,
        StoreError.BlobDamaged => StatusCodes.Status500InternalServerError,
        _ => StatusOfClass(error.Class()),
    };

    /// <summary>Seconds after which the same request may succeed; null when waiting does not help.</summary>
    public static int? RetryAfter(StoreError error) => error switch
    {
        StoreError.StorageFull => 30,
        _ when error.IsRetryable() => 1,
        _ => null,
    };

    /// <summary>A short title for people: <c>No such bucket</c>.</summary>
    public static string Title(StoreError error)
    {
        var words = Code(error).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    static int StatusOfClass(StoreErrorClass kind) => kind switch
    {
        StoreErrorClass.Authentication => StatusCodes.Status401Unauthorized,
        StoreErrorClass.Authorization => StatusCodes.Status403Forbidden,
        StoreErrorClass.Validation => StatusCodes.Status400BadRequest,
        StoreErrorClass.Storage => StatusCodes.Status503ServiceUnavailable,
        StoreErrorClass.Integrity or StoreErrorClass.SupplyChain => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status500InternalServerError,
    };

    static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
