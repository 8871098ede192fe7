-- Response once more, from the SDTM datasets as they stand in the transport files: dm, ds, mh, rs, qs, re, lb, cm, ae.
-- Albach et al. 2026, Methods and Figure 3. Days count from the first dose (day 0). Amounts are decimals, and shares are
-- compared as products, so that a value on a threshold is on it.

create view who as
select
    USUBJID,
    case
        when MHDECOD = 'SYSTEMIC SCLEROSIS' then 'SSc'
        when MHDECOD in ('ANTISYNTHETASE SYNDROME', 'DERMATOMYOSITIS', 'IDIOPATHIC INFLAMMATORY MYOPATHY') then 'IIM'
        when MHDECOD = 'SYSTEMIC LUPUS ERYTHEMATOSUS' then 'SLE'
        when MHDECOD = 'UNDIFFERENTIATED CONNECTIVE TISSUE DISEASE' then 'UCTD'
        when MHDECOD = 'IGG4-RELATED DISEASE' then 'IgG4-RD'
    end as disease,
    cast(left(RFXSTDTC, 10) as date) as start,
    cast(left(DSSTDTC, 10) as date) - cast(left(RFXSTDTC, 10) as date) as followed
from dm
join mh using (USUBJID)
join ds using (USUBJID)
where MHCAT = 'PRIMARY DIAGNOSIS' and DSCAT = 'DISPOSITION EVENT';

create table score as
select USUBJID, disease, code, (try_cast(left(dtc, 10) as date) - start)::int as day, cast(round(amount, 4) as decimal(12, 4)) as amount
from (
    select USUBJID, RSTESTCD as code, RSDTC as dtc, RSSTRESN as amount from rs
    union all select USUBJID, QSTESTCD, QSDTC, QSSTRESN from qs
    union all select USUBJID, RETESTCD, REDTC, RESTRESN from re
    union all select USUBJID, LBTESTCD, LBDTC, LBSTRESN from lb where LBTESTCD in ('CK', 'LDH', 'AST', 'ALT')
)
join who using (USUBJID)
where amount is not null and day is not null;

create view base as
select USUBJID, code, arg_max(amount, day) as base from score where day <= 0 group by all;

-- The assessments that a disease is judged at, and what is looked at there. Of the muscle enzymes it is the one that is the highest
-- multiple of its upper limit before treatment.
create view enzyme as
select USUBJID, arg_max(code, multiple) as code, arg_max(upper_limit, multiple) as upper_limit
from (
    select USUBJID, LBTESTCD as code, arg_max(LBSTRESN / LBSTNRHI, LBDTC) as multiple, arg_max(LBSTNRHI, LBDTC) as upper_limit
    from lb join who using (USUBJID)
    where disease = 'IIM' and LBTESTCD in ('CK', 'LDH', 'AST', 'ALT') and LBSTRESN is not null and cast(left(LBDTC, 10) as date) <= start
    group by all
)
group by all;

create view component as
select USUBJID, code, 7 as around, case code when 'FVCPP' then 182 else 0 end as carried
from who join (values
    ('SSc', 'MRSSTOT'), ('SSc', 'FVCPP'), ('SSc', 'HAQDI'), ('SSc', 'PTGA'), ('SSc', 'MDGA'),
    ('IIM', 'MDGA'), ('IIM', 'PTGA'), ('IIM', 'MMT8'), ('IIM', 'MMT8B'), ('IIM', 'HAQDI'), ('IIM', 'EXMVAS'),
    ('SLE', 'SLEDATOT'), ('SLE', 'SLEDAI20'), ('SLE', 'SLEDAI21'), ('SLE', 'PGA'),
    ('UCTD', 'SLEDATOT'), ('UCTD', 'SLEDAI20'), ('UCTD', 'SLEDAI21'), ('UCTD', 'PGA'),
    ('IgG4-RD', 'IGG4RTOT')
) as wanted (disease, code) using (disease)
union all select USUBJID, code, 14, 0 from enzyme;

create view visit as
select distinct USUBJID, score.disease, day
from score
join who using (USUBJID)
join (values ('SSc', 'MRSSTOT'), ('IIM', 'MDGA'), ('SLE', 'SLEDATOT'), ('UCTD', 'SLEDATOT'), ('IgG4-RD', 'IGG4RTOT'))
    as anchor (disease, code) on anchor.disease = score.disease and anchor.code = score.code
where day between 1 and followed;

-- The value nearest to the visit, or the last one before it as long as it may be carried.
create table observed as
select
    visit.USUBJID, visit.disease, visit.day, component.code, base.base,
    arg_min(amount, abs(score.day - visit.day) + (score.day > visit.day)::int / 2) as now
from visit
join component using (USUBJID)
join base using (USUBJID, code)
left join score
    on score.USUBJID = visit.USUBJID and score.code = component.code and score.day > 0
    and (abs(score.day - visit.day) <= around or score.day between visit.day - carried and visit.day)
group by all;

-- Revised CRISS: three of five, lung function by 5 percent; major cardiopulmonary-renal progression excludes a response.
create view sclerosis as
with gain as (
    select *, case code when 'FVCPP' then now - base else base - now end as gain
    from observed where disease = 'SSc'
), progression as (
    select USUBJID, day from gain where code = 'FVCPP' and gain * 100 <= base * -15 and now < 80
    union select USUBJID, day from visit join ae using (USUBJID)
    where AEDECOD in ('SCLERODERMA RENAL CRISIS', 'LEFT VENTRICULAR FAILURE', 'PULMONARY ARTERIAL HYPERTENSION')
), improved as (
    select USUBJID, day, tier, count(*) filter (base > 0 and gain * 100 >= base * (case code when 'FVCPP' then 5 else percent end)) as measures
    from gain, (values (1, 10), (2, 25), (3, 50)) as level (tier, percent)
    group by all
)
select USUBJID, day, coalesce(max(tier) filter (measures >= 3 and (USUBJID, day) not in (select (USUBJID, day) from progression)), 0) as tier
from improved group by all;

-- Total improvement score: points by the share of the measure's range that was gained.
create view myositis as
with gain as (
    select
        USUBJID, day,
        case when code in ('MMT8', 'MMT8B') then 'MMT' when upper_limit is not null then 'ENZYME' else code end as measure,
        case when measure = 'MMT' then now - base else base - now end as gain,
        case code
            when 'MMT8' then 80 when 'MMT8B' then 150 when 'HAQDI' then 3 when 'CK' then 15 * upper_limit
            when 'LDH' then 3 * upper_limit when 'AST' then 3 * upper_limit when 'ALT' then 3 * upper_limit else 10
        end as span
    from observed left join enzyme using (USUBJID, code) where disease = 'IIM'
), bin (measure, above, points) as (
    values
        ('MDGA', 5, 7.5), ('MDGA', 15, 15), ('MDGA', 25, 17.5), ('MDGA', 40, 20),
        ('PTGA', 5, 2.5), ('PTGA', 15, 5), ('PTGA', 25, 7.5), ('PTGA', 40, 10),
        ('HAQDI', 5, 5), ('HAQDI', 15, 7.5), ('HAQDI', 25, 7.5), ('HAQDI', 40, 10),
        ('ENZYME', 5, 2.5), ('ENZYME', 15, 5), ('ENZYME', 25, 7.5), ('ENZYME', 40, 7.5),
        ('EXMVAS', 5, 7.5), ('EXMVAS', 15, 12.5), ('EXMVAS', 25, 15), ('EXMVAS', 40, 20),
        ('MMT', 2, 10), ('MMT', 10, 20), ('MMT', 20, 27.5), ('MMT', 30, 32.5)
), points as (
    select USUBJID, day, measure, coalesce(max(points) filter (gain * 100 > above * span), 0) as points
    from gain join bin using (measure) group by all
)
select USUBJID, day, (sum(points) >= 20)::int + (sum(points) >= 40)::int + (sum(points) >= 60)::int as tier
from points group by all;

create macro prednisolone(subject, on_date) as (
    select coalesce(sum(CMDOSE), 0) from cm
    where cm.USUBJID = subject and CMCAT = 'GLUCOCORTICOID' and CMSTDTC <= strftime(on_date, '%Y-%m-%d')
      and (CMENDTC = '' or CMENDTC >= strftime(on_date, '%Y-%m-%d'))
);

-- SLEDAI-2K fall of 2, SRI-4 (fall of 4, PGA not worse by 0.3), DORIS remission (no clinical item, PGA < 0.5, prednisolone 5 mg at most).
create view lupus as
select
    USUBJID, day,
    case
        when now['SLEDATOT'] - now['SLEDAI20'] - now['SLEDAI21'] = 0 and now['PGA'] < 0.5 and prednisolone(USUBJID, start + day) <= 5 then 3
        when base['SLEDATOT'] - now['SLEDATOT'] >= 4 and now['PGA'] - base['PGA'] < 0.3 then 2
        when base['SLEDATOT'] - now['SLEDATOT'] >= 2 then 1
        else 0
    end as tier
from (
    select USUBJID, day, map_from_entries(list((code, base))) as base, map_from_entries(list((code, now))) as now
    from observed where disease in ('SLE', 'UCTD') group by all
)
join who using (USUBJID);

create view igg4 as
select USUBJID, day, (base - now >= 2)::int + (base - now >= 4)::int + (base - now >= 6)::int as tier
from observed where disease = 'IgG4-RD';

create table tier as
from sclerosis union all from myositis union all from lupus union all from igg4;

create view reached as
select
    USUBJID, disease, followed, max(tier) as best,
    min(day) filter (tier >= 1) as minimal, min(day) filter (tier >= 2) as moderate, min(day) filter (tier >= 3) as major
from who left join tier using (USUBJID) group by all;

-- Worsening counts from the best value so far; that of lung function is seen again 28 days later or more.
create view course as
select
    *,
    max(amount) over before as highest, min(amount) over before as lowest,
    lag(amount) over (partition by USUBJID, code order by day) as last
from score
window before as (partition by USUBJID, code order by day rows between unbounded preceding and 1 preceding);

create view worse as
select USUBJID, day from course
where (disease = 'SSc' and code = 'MRSSTOT' and (amount - lowest) * 100 >= 25 * lowest and lowest > 0)
   or (disease = 'IIM' and (code = 'MDGA' and amount - lowest >= 2 or code in ('MMT8', 'MMT8B') and (highest - amount) * 100 >= 20 * highest))
   or (disease = 'IgG4-RD' and code = 'IGG4RTOT' and amount - lowest >= 4)
   -- Flare index: what makes a flare severe (doubled prednisolone, a new organ with it) has made it a flare by these.
   or (disease in ('SLE', 'UCTD') and (
        code = 'SLEDATOT' and amount - lowest >= 3 or code = 'PGA' and amount - lowest >= 1
        or code in ('SLEDAI09', 'SLEDAI15', 'SLEDAI17', 'SLEDAI18', 'SLEDAI19', 'SLEDAI22') and amount > 0 and last = 0))
union all
select low.USUBJID, low.day from course as low join score as again using (USUBJID, code)
where low.disease = 'SSc' and again.day >= low.day + 28
  and ((code = 'FVCPP' and (highest - low.amount) * 100 >= 10 * highest and (highest - again.amount) * 100 >= 10 * highest)
    or (code = 'DLCOPP' and (highest - low.amount) * 100 >= 15 * highest and (highest - again.amount) * 100 >= 15 * highest))
union all
select USUBJID, (begun - start)::int
from who
join (select USUBJID, CMCAT as category, CMDECOD as drug, try_cast(CMSTDTC as date) as begun from cm) using (USUBJID)
where disease in ('SLE', 'UCTD') and begun is not null and (
    category = 'GLUCOCORTICOID' and prednisolone(USUBJID, begun) > prednisolone(USUBJID, begun - 1)
    or drug in ('CYCLOPHOSPHAMIDE', 'AZATHIOPRINE', 'METHOTREXATE', 'MYCOPHENOLATE MOFETIL', 'HYDROXYCHLOROQUINE')
    and category not in ('PRIOR THERAPY', 'AE TREATMENT'));

create table relapse as
select USUBJID, min(day) as relapse from worse join reached using (USUBJID)
where day > minimal and day <= followed group by all;

create view event as
select 'TTMIN' as paramcd, USUBJID, minimal as day from reached where minimal is not null
union all select 'TTMOD', USUBJID, moderate from reached where moderate is not null
union all select 'TTMAJ', USUBJID, major from reached where major is not null
union all select 'TTREL', USUBJID, relapse from relapse;

create macro percent(n, total) as n || ' (' || cast(round(100 * n / total) as int) || ')';
create macro share(n, total) as n || ' of ' || total || ' (' || cast(round(100 * n / total) as int) || ')';
create macro spread(values_) as (
    select printf('%.1f (%.1f-%.1f)', round(list_median(values_) / 7, 1), round(list_min(values_) / 7, 1), round(list_max(values_) / 7, 1))
);
-- Scores without a needless decimal: 8, but 4.2.
create macro plain(amount) as regexp_replace(printf('%.1f', round(amount, 1)), '\.0$', '');

create view patient as
select
    code, list(base) as before,
    (
        select list(after) from (
            select arg_min(amount, abs(day - 168)) as after from score
            where score.code = base.code and day between 140 and 196 group by USUBJID
        )
    ) as after
from base group by code;

create view statistic as
with outcome as (select * from reached left join relapse using (USUBJID))
select 'R_MAJOR' as id, percent(count(*) filter (best = 3), count(*)) as found from outcome
union all select 'R_MINMOD', percent(count(*) filter (best in (1, 2)), count(*)) from outcome
union all select 'R_T_MOD', spread(list(moderate) filter (moderate is not null)) from outcome
union all select 'R_T_MAJ', spread(list(major) filter (major is not null)) from outcome
union all select 'R_W12', share(count(*) filter (major <= 84), count(*)) from outcome where followed >= 84
union all select 'R_W12_ANY', count(*) filter (minimal <= 84) || ' of ' || count(*) from outcome where followed >= 84
union all select 'R_W24', share(count(*) filter (major <= 168), count(*)) from outcome where followed >= 168
union all select 'R_W52', share(count(*) filter (major <= 364 and (relapse is null or relapse > 364)), count(*)) from outcome where followed >= 364
union all
select 'R_RELAPSE', count(*) || ' subject (' || any_value(disease) || ') at ' || cast(round(median(relapse) / 7) as int) || ' weeks'
from outcome where relapse is not null
union all select 'R_RELAPSE_8M', share(count(*) filter (relapse <= 243), count(*)) from outcome where followed >= 8 * 30.4375
union all
select
    case code when 'PTGA' then 'PTGA' else 'FACIT' end,
    plain(list_median(before)) || ' (' || plain(list_min(before)) || '-' || plain(list_max(before)) || ') / '
    || plain(list_median(after)) || ' (' || plain(list_min(after)) || '-' || plain(list_max(after)) || ')'
from patient where code in ('PTGA', 'FAC07014');
