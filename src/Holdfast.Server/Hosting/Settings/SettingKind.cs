namespace Holdfast.Server.Hosting.Settings;

/// <summary>How a setting's text is read.</summary>
public enum SettingKind
{
    /// <summary>Taken from the property's type.</summary>
    ByType,
    Text,

    /// <summary><c>on</c> or <c>off</c>.</summary>
    Switch,

    /// <summary>One of an enum's names.</summary>
    Choice,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>A number with a fraction.</summary>
    Ratio,

    /// <summary>A number of bytes: <c>65536</c>, <c>64KiB</c>, <c>50GiB</c>.</summary>
    Bytes,

    /// <summary>A stretch of time: <c>30s</c>, <c>1h30m</c>, <c>7d</c>, <c>0</c>.</summary>
    Duration,

    /// <summary><c>ADDRESS:PORT</c>.</summary>
    Address,

    /// <summary>An absolute http or https URL.</summary>
    Url,

    /// <summary><c>sqlite</c>, a PostgreSQL connection string or a <c>postgres://</c> URL.</summary>
    Catalog,

    /// <summary>An address or a network in CIDR notation.</summary>
    Network,

    /// <summary>A DNS name.</summary>
    DomainName,

    /// <summary>A list of entries that are groups themselves.</summary>
    Entries,
}
