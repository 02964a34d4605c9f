namespace Orchestrator.Host.Demo;

/// <summary>Invented names from common characters; any likeness is chance.</summary>
internal static class DemoNames
{
    private static readonly string[] Surnames =
        ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "欧阳"];

    private static readonly string[] Given =
        ["子", "文", "嘉", "思", "雨", "明", "晓", "佳", "志", "家", "俊", "欣", "浩", "雅", "天", "建", "海", "春", "梦", "立", "静", "宁", "涵", "远", "悦", "航", "琪", "瑞", "杰", "琳", "强", "芳", "磊", "敏", "洋", "洁", "峰", "颖", "涛", "燕"];

    private static readonly string[] EnglishGiven = ["Alex", "Maria", "Daniel", "Sofia", "Lucas", "Emma", "Noah", "Anna", "Leo", "Nina"];

    private static readonly string[] EnglishSurnames = ["Ashford", "Brook", "Carlin", "Dunmore", "Ellery", "Fenwick", "Garland", "Holt", "Ingram", "Jarvis"];

    public static string Invent(DemoRandom random, string language) => language == "en"
        ? $"{random.Of(EnglishGiven)} {random.Of(EnglishSurnames)}"
        : random.Of(Surnames) + random.Of(Given) + (random.Chance(0.8) ? random.Of(Given) : "");
}
