INSERT INTO lines VALUES (1,1); INSERT INTO shipments (id, order_id, line_no) VALUES (1,1,1), (2,NULL,NULL);
