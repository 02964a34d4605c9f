using Orchestrator.Host.Identity;

namespace Orchestrator.Host.Demo;

/// <summary>An invented employee of 禾光消费金融.</summary>
internal sealed record DemoPerson(string UserName, string Name, string EnglishName, params string[] Roles)
{
    public static readonly DemoPerson Owner = new("linxia", "林夏", "Lin Xia", Role.Owner);
    public static readonly DemoPerson Head = new("chenli", "陈立", "Chen Li", Role.BusinessHead);
    public static readonly DemoPerson Risk = new("zhouheng", "周衡", "Zhou Heng", Role.Risk);
    public static readonly DemoPerson Compliance = new("shenning", "沈宁", "Shen Ning", Role.Compliance);
    public static readonly DemoPerson ConsumerProtection = new("xulan", "许岚", "Xu Lan", Role.ConsumerProtection);
    public static readonly DemoPerson Finance = new("gaomin", "高敏", "Gao Min", Role.Finance);
    public static readonly DemoPerson Executive = new("fangyi", "方毅", "Fang Yi", Role.Executive);

    // Three of the platform team: who configures, tests and launches must be different people.
    public static readonly DemoPerson Configurer = new("majun", "马骏", "Ma Jun", Role.Platform);
    public static readonly DemoPerson Tester = new("hejing", "何静", "He Jing", Role.Platform);
    public static readonly DemoPerson Launcher = new("hanxue", "韩雪", "Han Xue", Role.Platform);
    public static readonly DemoPerson ProcessAdmin = new("tangwei", "唐薇", "Tang Wei", Role.ProcessAdmin);
    public static readonly DemoPerson Auditor = new("zhengming", "郑明", "Zheng Ming", Role.Auditor);
    public static readonly DemoPerson Admin = new("admin", "系统管理员", "Administrator", Role.Admin);

    public static readonly IReadOnlyList<DemoPerson> All =
        [Owner, Head, Risk, Compliance, ConsumerProtection, Finance, Executive, Configurer, Tester, Launcher, ProcessAdmin, Auditor, Admin];
}
