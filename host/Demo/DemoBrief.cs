using Orchestrator.Host.Campaigns;
using Orchestrator.Templates;

namespace Orchestrator.Host.Demo;

/// <summary>The brief of 会员日·老客利息礼遇, relative to its first day.</summary>
internal static class DemoBrief
{
    public const string Name = "会员日·老客利息礼遇";

    private static readonly (string Key, string Name, int Day, TimeOnly Time)[] Phases =
        [("warm-up", "预热", -3, new(10, 0)), ("burst", "引爆", 0, new(10, 0)), ("closing", "收尾", 9, new(15, 0))];

    /// <summary>The next Tuesday at least fourteen days ahead.</summary>
    public static DateOnly FirstDayAfter(DateOnly today)
    {
        var day = today.AddDays(14);
        while (day.DayOfWeek != DayOfWeek.Tuesday)
            day = day.AddDays(1);
        return day;
    }

    public static Brief For(DateOnly firstDay) => new()
    {
        Name = Name,
        Objective = "transact",
        Form = "periodic",
        Source = "business-plan",
        Summary = "面向 61–180 天未借款的优质老客,以首期利息 8 折券促活复借。",
        Goal = new Goal { Metric = "reborrowers", MetricName = "活动期复借户数", Unit = "户", Baseline = 48, Target = 96, MarginPerUnit = 326 },
        Window = new DateWindow(firstDay, firstDay.AddDays(11)),
        BenefitToCompany = "沉睡老客复借,预计新增放款 ¥825,600(户均 ¥8,600)",
        BenefitToCustomer = "首期利息更低,最高减 60 元",
        Product = new ProductTerms { Code = "P-7", Name = "禾光分期", Category = "loan", MinAnnualRate = 7.2m, MaxAnnualRate = 19.8m },
        Audience = new AudienceRule { Rule = DemoCampaign.Rule, Exclusion = DemoCampaign.Exclusion, HoldoutCount = DemoCampaign.Holdout, Ceiling = 3_000 },
        Phases = [.. Phases.Select(phase => PhaseOf(phase.Key, phase.Name, firstDay.AddDays(phase.Day), phase.Time))],
        Rules = new PublicRules(
            "一、活动时间:以活动页公布日期为准。二、参与对象:收到邀请的禾光分期老客。三、权益:首期利息 8 折券,最高减 60 元,限量 300 张,先到先得,每人限领 1 张(以身份及设备为准)。四、使用:在活动期内借款时使用,按首期实际应付利息计算;提前还清的,未发生的利息不产生优惠。五、贷款年化利率(单利)7.2%-19.8%,以审批和合同为准。请根据自身还款能力理性借贷。六、咨询与投诉:客服热线 400-000-0000。",
            "Open to invited returning customers of Heguang Instalment in the campaign window. 20% off the first month's interest, max CNY 60, 300 coupons, one each. Applied to interest actually charged. Loan APR 7.2%-19.8% (simple), subject to approval. Borrow responsibly. Questions and complaints: 400-000-0000."),
        Incentive = new Incentive
        {
            Name = "首期利息8折券", Mechanic = "coupon", RewardCap = 60, Quantity = 300, ExpectedCost = 1_440,
            Terms = "在 APP 内领取,每人 1 张(身份+设备),按实际应付利息抵扣",
        },
        Budget = new Budget { Lines = [new("优惠券", 18_000), new("消息费用", 300), new("机动", 300)] },
        Limits = new Limits { PerCustomerPerDay = 1, PerCustomerPer30Days = 4 },
        Guardrails =
        [
            new("opt-out-rate", "退订率", "delivered >= 500 and opt_outs / delivered > 0.005"),
            new("complaint-rate", "投诉率", "complaints >= 3 and complaints / delivered > 0.0003"),
            new("grade-c-share", "C 级客户占新增放款", "new_loans >= 20 and grade_c_loans / new_loans > 0.45"),
        ],
        Roles = new Responsibilities { Responsible = DemoPerson.Owner.UserName, Accountable = DemoPerson.Head.UserName, DutyOfficer = DemoPerson.Launcher.UserName },
        Tracking = ["coupon_claimed", "loan_disbursed"],
    };

    private static Phase PhaseOf(string key, string name, DateOnly date, TimeOnly time) => new()
    {
        Key = key,
        Name = name,
        Date = date,
        Time = time,
        Channels = ["push", "wecom", "sms", "email"],
        Texts = [.. MessageLibrary.Find("member-day").Messages.Where(message => message.Phase == key).Select(message => new MessageText
        {
            Channel = ChannelOf(message.Template.Channel),
            Language = message.Template.Language,
            Subject = message.Template.Title,
            Body = message.Template.Body,
            Html = message.Template.Html,
        })],
    };

    private static string ChannelOf(MessageChannel channel) =>
        channel == MessageChannel.WeCom ? "wecom" : channel.ToString().ToLowerInvariant();
}
