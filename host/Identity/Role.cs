using System.Collections.Frozen;

namespace Orchestrator.Host.Identity;

/// <summary>The roles, as they stand in SOP files, tokens and policies.</summary>
public static class Role
{
    public const string Owner = "owner";
    public const string BusinessHead = "business-head";
    public const string Risk = "risk";
    public const string Compliance = "compliance";
    public const string ConsumerProtection = "consumer-protection";
    public const string Finance = "finance";
    public const string Executive = "executive";
    public const string ProcessAdmin = "process-admin";
    public const string Platform = "platform";
    public const string Auditor = "auditor";
    public const string Admin = "admin";

    /// <summary>Who may stop what is being sent.</summary>
    public static readonly string[] Stoppers = [Risk, Compliance, ConsumerProtection, Platform];

    public static readonly FrozenSet<string> All = new[]
    {
        Owner, BusinessHead, Risk, Compliance, ConsumerProtection, Finance, Executive, ProcessAdmin, Platform, Auditor, Admin,
    }.ToFrozenSet();
}
