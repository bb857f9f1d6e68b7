-- The six national strategies (plan level 1) and the 23 master plans under them (level 2), by official name.
--
-- The national strategy and the master plans name the years B.E. 2561 to 2580 in their titles; the validity is those calendar
-- years. The master plans were amended in 2566 (edition for 2566 to 2580); the rows here are the list as first announced. An
-- edition that must be told apart is added as plans of its own. A master plan serves several strategies at once and
-- therefore has no single parent.

INSERT INTO plans (plan_id, level, kind, number, name, parent_id, valid_from, valid_to) VALUES
    (1, 1, 'national_strategy', '1', 'ยุทธศาสตร์ชาติด้านความมั่นคง', NULL, '2018-01-01', '2037-12-31'),
    (2, 1, 'national_strategy', '2', 'ยุทธศาสตร์ชาติด้านการสร้างความสามารถในการแข่งขัน', NULL, '2018-01-01', '2037-12-31'),
    (3, 1, 'national_strategy', '3', 'ยุทธศาสตร์ชาติด้านการพัฒนาและเสริมสร้างศักยภาพทรัพยากรมนุษย์', NULL, '2018-01-01', '2037-12-31'),
    (4, 1, 'national_strategy', '4', 'ยุทธศาสตร์ชาติด้านการสร้างโอกาสและความเสมอภาคทางสังคม', NULL, '2018-01-01', '2037-12-31'),
    (5, 1, 'national_strategy', '5', 'ยุทธศาสตร์ชาติด้านการสร้างการเติบโตบนคุณภาพชีวิตที่เป็นมิตรต่อสิ่งแวดล้อม', NULL, '2018-01-01', '2037-12-31'),
    (6, 1, 'national_strategy', '6', 'ยุทธศาสตร์ชาติด้านการปรับสมดุลและพัฒนาระบบการบริหารจัดการภาครัฐ', NULL, '2018-01-01', '2037-12-31'),
    (101, 2, 'master_plan', '01', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (01) ประเด็น ความมั่นคง', NULL, '2018-01-01', '2037-12-31'),
    (102, 2, 'master_plan', '02', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (02) ประเด็น การต่างประเทศ', NULL, '2018-01-01', '2037-12-31'),
    (103, 2, 'master_plan', '03', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (03) ประเด็น การเกษตร', NULL, '2018-01-01', '2037-12-31'),
    (104, 2, 'master_plan', '04', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (04) ประเด็น อุตสาหกรรมและบริการแห่งอนาคต', NULL, '2018-01-01', '2037-12-31'),
    (105, 2, 'master_plan', '05', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (05) ประเด็น การท่องเที่ยว', NULL, '2018-01-01', '2037-12-31'),
    (106, 2, 'master_plan', '06', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (06) ประเด็น พื้นที่และเมืองน่าอยู่อัจฉริยะ', NULL, '2018-01-01', '2037-12-31'),
    (107, 2, 'master_plan', '07', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (07) ประเด็น โครงสร้างพื้นฐาน ระบบโลจิสติกส์ และดิจิทัล', NULL, '2018-01-01', '2037-12-31'),
    (108, 2, 'master_plan', '08', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (08) ประเด็น ผู้ประกอบการและวิสาหกิจขนาดกลางและขนาดย่อมยุคใหม่', NULL, '2018-01-01', '2037-12-31'),
    (109, 2, 'master_plan', '09', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (09) ประเด็น เขตเศรษฐกิจพิเศษ', NULL, '2018-01-01', '2037-12-31'),
    (110, 2, 'master_plan', '10', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (10) ประเด็น การปรับเปลี่ยนค่านิยมและวัฒนธรรม', NULL, '2018-01-01', '2037-12-31'),
    (111, 2, 'master_plan', '11', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (11) ประเด็น ศักยภาพคนตลอดช่วงชีวิต', NULL, '2018-01-01', '2037-12-31'),
    (112, 2, 'master_plan', '12', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (12) ประเด็น การพัฒนาการเรียนรู้', NULL, '2018-01-01', '2037-12-31'),
    (113, 2, 'master_plan', '13', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (13) ประเด็น การเสริมสร้างให้คนไทยมีสุขภาวะที่ดี', NULL, '2018-01-01', '2037-12-31'),
    (114, 2, 'master_plan', '14', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (14) ประเด็น ศักยภาพการกีฬา', NULL, '2018-01-01', '2037-12-31'),
    (115, 2, 'master_plan', '15', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (15) ประเด็น พลังทางสังคม', NULL, '2018-01-01', '2037-12-31'),
    (116, 2, 'master_plan', '16', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (16) ประเด็น เศรษฐกิจฐานราก', NULL, '2018-01-01', '2037-12-31'),
    (117, 2, 'master_plan', '17', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (17) ประเด็น ความเสมอภาคและหลักประกันทางสังคม', NULL, '2018-01-01', '2037-12-31'),
    (118, 2, 'master_plan', '18', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (18) ประเด็น การเติบโตอย่างยั่งยืน', NULL, '2018-01-01', '2037-12-31'),
    (119, 2, 'master_plan', '19', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (19) ประเด็น การบริหารจัดการน้ำทั้งระบบ', NULL, '2018-01-01', '2037-12-31'),
    (120, 2, 'master_plan', '20', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (20) ประเด็น การบริการประชาชนและประสิทธิภาพภาครัฐ', NULL, '2018-01-01', '2037-12-31'),
    (121, 2, 'master_plan', '21', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (21) ประเด็น การต่อต้านการทุจริตและประพฤติมิชอบ', NULL, '2018-01-01', '2037-12-31'),
    (122, 2, 'master_plan', '22', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (22) ประเด็น กฎหมายและกระบวนการยุติธรรม', NULL, '2018-01-01', '2037-12-31'),
    (123, 2, 'master_plan', '23', 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (23) ประเด็น การวิจัยและพัฒนานวัตกรรม', NULL, '2018-01-01', '2037-12-31');

-- Short names: a strategy without 'ยุทธศาสตร์ชาติด้าน', a master plan without 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (NN) ประเด็น'.
CREATE TABLE seed_names (plan_id BIGINT NOT NULL, level SMALLINT NOT NULL, number TEXT NOT NULL, short_key TEXT NOT NULL);
INSERT INTO seed_names (plan_id, level, number, short_key)
SELECT plan_id, 1, number, replace(name, 'ยุทธศาสตร์ชาติด้าน', '') FROM plans WHERE level = 1;
INSERT INTO seed_names (plan_id, level, number, short_key)
SELECT plan_id, 2, number, replace(replace(name, 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (' || number || ') ประเด็น ', ''), ' ', '')
FROM plans WHERE level = 2;
-- Master plan 11 is also written with a leading 'การพัฒนา'.
INSERT INTO seed_names (plan_id, level, number, short_key) VALUES (111, 2, '11', 'การพัฒนาศักยภาพคนตลอดช่วงชีวิต');

-- The ways in which records write them; keys have no white space, Thai digits folded, no years in brackets at the end.
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'ยุทธศาสตร์ชาติด้าน' || short_key FROM seed_names WHERE level = 1;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'ด้าน' || short_key FROM seed_names WHERE level = 1;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, short_key FROM seed_names WHERE level = 1;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'ยุทธศาสตร์ที่' || number || 'ด้าน' || short_key FROM seed_names WHERE level = 1;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'ยุทธศาสตร์ชาติที่' || number || 'ด้าน' || short_key FROM seed_names WHERE level = 1;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ(' || number || ')ประเด็น' || short_key FROM seed_names WHERE level = 2;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติประเด็น' || short_key FROM seed_names WHERE level = 2;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติประเด็นที่' || ltrim(number, '0') || short_key FROM seed_names WHERE level = 2;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'ประเด็น' || short_key FROM seed_names WHERE level = 2;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, 'ประเด็นที่' || ltrim(number, '0') || short_key FROM seed_names WHERE level = 2;
INSERT INTO plan_names (plan_id, level, name_key) SELECT plan_id, level, short_key FROM seed_names WHERE level = 2;
-- From (10) on, the number is written in one way only.
INSERT INTO plan_names (plan_id, level, name_key)
SELECT plan_id, level, 'แผนแม่บทภายใต้ยุทธศาสตร์ชาติ(' || ltrim(number, '0') || ')ประเด็น' || short_key FROM seed_names WHERE level = 2 AND number < '10';

DROP TABLE seed_names;
