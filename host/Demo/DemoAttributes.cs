namespace Orchestrator.Host.Demo;

/// <summary>An attribute that demo customers carry, with its FEEL type (number, text, boolean, date).</summary>
public sealed record DemoField(string Name, string Type, string Chinese, string English, bool Sensitive = false);

/// <summary>The attributes of a consumer-finance customer that segments, exclusions and the demo use.</summary>
public static class DemoAttributes
{
    public static IReadOnlyList<DemoField> All { get; } =
    [
        new("name", "text", "姓名", "Name", Sensitive: true),
        new("age", "number", "年龄", "Age"),
        new("student", "boolean", "是否学生", "Student"),
        new("lifecycle", "text", "生命周期", "Lifecycle stage"),
        new("risk_grade", "text", "风险等级", "Risk grade"),
        new("credit_status", "text", "授信状态", "Credit status"),
        new("credit_limit", "number", "授信额度(元)", "Credit limit (CNY)"),
        new("available_limit", "number", "可用额度(元)", "Available limit (CNY)"),
        new("annual_rate", "number", "年化利率(%)", "Annual rate (%)"),
        new("loans_count", "number", "历史借款笔数", "Loans so far"),
        new("days_since_last_loan", "number", "距上次借款天数", "Days since last loan"),
        new("overdue_days", "number", "当前逾期天数", "Days overdue"),
        new("max_overdue_days_12m", "number", "近12个月最长逾期天数", "Longest overdue in 12 months (days)"),
        new("lender_count", "number", "借款机构数", "Lenders"),
        new("next_due_date", "date", "下一还款日", "Next due date"),
        new("days_until_due", "number", "距还款日天数", "Days until due"),
        new("app_last_active", "date", "最近活跃日期", "Last active in the app"),
        new("days_since_active", "number", "未活跃天数", "Days since last active"),
        new("profiling_consent", "boolean", "同意个性化推荐", "Consents to profiling"),
        new("open_complaint", "boolean", "有未结投诉", "Open complaint"),
        new("converted", "boolean", "活动期内已借款", "Converted in the campaign"),
    ];
}
