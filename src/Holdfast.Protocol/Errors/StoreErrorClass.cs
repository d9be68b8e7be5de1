namespace Holdfast.Protocol.Errors;

/// <summary>What kind of refusal it is; decides the HTTP status of the admin API and how operators count it.</summary>
public enum StoreErrorClass
{
    Authentication,
    Authorization,
    Validation,
    Storage,
    Integrity,
    SupplyChain,
    Internal,
}
